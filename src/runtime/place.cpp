#include <algorithm>
#include <numeric>

#include "base/byte_size.h"
#include "base/sort.h"
#include "runtime/passes.h"

namespace keras::runtime {
namespace {

constexpr uint64_t kAlignment = 64;

// Slots that share memory, and the first and last step that use it.
struct Storage {
  int first = -1, last = -1;
  // 64 bits: the values in use at one time may exceed the address space.
  uint64_t bytes = 0;
  uint64_t offset = 0;
};

class Placer {
 public:
  Placer(const Recording& recording, std::span<const int> outputs)
      : recording_(recording), group_(recording.slots.size()), storage_(recording.slots.size()) {
    std::iota(group_.begin(), group_.end(), 0);
    placement_.places.resize(recording.slots.size());
    find_kinds(outputs);
    find_lifetimes();
    share_in_place();
    place();
  }

  Placement take() {
    for (size_t slot = 0; slot < group_.size(); ++slot) {
      auto& place = placement_.places[slot];
      if (place.kind != Placement::Kind::kArena) continue;
      const auto group = find(slot);
      place = placement_.places[group];
      if (place.kind == Placement::Kind::kArena) {
        place.index = static_cast<size_t>(storage_[group].offset);
      }
    }
    return std::move(placement_);
  }

 private:
  size_t find(size_t slot) const {
    while (group_[slot] != slot) slot = group_[slot];
    return slot;
  }
  size_t root(int slot) const { return static_cast<size_t>(recording_.root(slot)); }

  void find_kinds(std::span<const int> outputs) {
    auto& places = placement_.places;
    for (size_t i = 0; i < recording_.inputs.size(); ++i) {
      places[static_cast<size_t>(recording_.inputs[i])] = {Placement::Kind::kInput, i};
    }
    for (size_t slot = 0; slot < places.size(); ++slot) {
      if (recording_.slots[slot].constant) places[slot].kind = Placement::Kind::kConstant;
    }
    for (const auto& step : recording_.steps) {
      for (const int slot : step.outputs) {
        const bool strings = recording_.slots[static_cast<size_t>(slot)].dtype == DType::kString;
        places[static_cast<size_t>(slot)].kind =
            strings ? Placement::Kind::kStrings : Placement::Kind::kArena;
      }
    }
    // The first output of a storage is written in place; others are copied from it.
    for (size_t i = outputs.size(); i-- > 0;) {
      auto& place = places[root(outputs[i])];
      if (place.kind == Placement::Kind::kArena || place.kind == Placement::Kind::kOutput) {
        place = {Placement::Kind::kOutput, i};
      }
    }
  }

  void find_lifetimes() {
    for (size_t s = 0; s < recording_.steps.size(); ++s) {
      for (const int slot : recording_.steps[s].inputs) {
        storage_[root(slot)].last = static_cast<int>(s);
      }
      for (const int slot : recording_.steps[s].outputs) {
        const auto& described = recording_.slots[static_cast<size_t>(slot)];
        storage_[root(slot)] = {static_cast<int>(s), static_cast<int>(s),
                                byte_size(described.shape, described.dtype), 0};
      }
    }
  }

  // Whether the result of step s may reuse the memory of one of its inputs.
  bool may_share(size_t s, size_t input) const {
    const auto& recorded = recording_.steps[s];
    const size_t from = find(root(recorded.inputs[input]));
    const size_t to = root(recorded.outputs.front());
    if (placement_.places[from].kind != Placement::Kind::kArena ||
        storage_[from].last != static_cast<int>(s) || storage_[from].bytes != storage_[to].bytes) {
      return false;
    }
    for (size_t i = 0; i < recorded.inputs.size(); ++i) {
      if (find(root(recorded.inputs[i])) == from &&
          !recorded.step->runs_in_place(static_cast<int>(i))) {
        return false;
      }
    }
    return true;
  }

  void share_in_place() {
    for (size_t s = 0; s < recording_.steps.size(); ++s) {
      const auto& recorded = recording_.steps[s];
      if (recorded.outputs.size() != 1) continue;
      const size_t to = root(recorded.outputs.front());
      if (placement_.places[to].kind == Placement::Kind::kStrings) continue;
      for (size_t input = 0; input < recorded.inputs.size(); ++input) {
        if (!may_share(s, input)) continue;
        const size_t from = find(root(recorded.inputs[input]));
        group_[from] = to;
        storage_[to].first = storage_[from].first;
        break;
      }
    }
  }

  // The largest first, each at the lowest offset that is free during its lifetime.
  void place() {
    std::vector<size_t> order;
    for (size_t slot = 0; slot < group_.size(); ++slot) {
      if (group_[slot] == slot && placement_.places[slot].kind == Placement::Kind::kArena) {
        order.push_back(slot);
      }
    }
    sort_stably(order, [&](size_t a, size_t b) { return storage_[a].bytes > storage_[b].bytes; });
    std::vector<const Storage*> placed;  // by offset
    uint64_t total = 0;
    for (const size_t slot : order) {
      Storage& storage = storage_[slot];
      storage.bytes = (storage.bytes + kAlignment - 1) / kAlignment * kAlignment;
      uint64_t offset = 0;
      for (const Storage* other : placed) {
        if (other->last < storage.first || other->first > storage.last) continue;
        if (other->offset >= offset + storage.bytes) break;
        offset = std::max(offset, other->offset + other->bytes);
      }
      storage.offset = offset;
      total = std::max(total, offset + storage.bytes);
      const auto where = std::find_if(placed.begin(), placed.end(),
                                      [&](const Storage* other) { return other->offset > offset; });
      placed.insert(where, &storage);
    }
    placement_.arena_bytes = byte_size(static_cast<int64_t>(total), 1, kArenaText);
  }

  const Recording& recording_;
  std::vector<size_t> group_;
  std::vector<Storage> storage_;
  Placement placement_;
};

}  // namespace

Placement place_buffers(const Recording& recording, std::span<const int> outputs) {
  return Placer(recording, outputs).take();
}

}  // namespace keras::runtime
