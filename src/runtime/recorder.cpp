#include "runtime/recorder.h"

#include <utility>

#include "base/error.h"

namespace keras::runtime {
namespace {

thread_local Recorder* g_current = nullptr;

}  // namespace

Recorder::Recorder() : previous_(std::exchange(g_current, this)) {}
Recorder::~Recorder() { g_current = previous_; }
Recorder* Recorder::current() { return g_current; }

Tensor Recorder::input(const Shape& shape, DType dtype) {
  const int slot = static_cast<int>(recording_.slots.size());
  recording_.slots.push_back({shape, dtype, -1, {}});
  recording_.inputs.push_back(slot);
  return Tensor::slot(shape, dtype, slot);
}

int Recorder::slot_of(const Tensor& tensor) {
  if (tensor.is_slot()) return tensor.slot();
  if (!tensor.has_data()) raise_internal_error({"Only data and slots can enter a plan"});
  const auto [entry, fresh] =
      constants_.try_emplace(tensor.id(), static_cast<int>(recording_.slots.size()));
  // The slot keeps the tensor alive, so that no other one gets its address.
  if (fresh) recording_.slots.push_back({tensor.shape(), tensor.dtype(), -1, tensor});
  return entry->second;
}

std::vector<Tensor> Recorder::append(std::unique_ptr<Step> step, std::span<const Tensor> inputs,
                                     std::span<const Spec> outputs) {
  Recording::RecordedStep recorded{std::move(step), {}, {}};
  for (const Tensor& tensor : inputs) recorded.inputs.push_back(slot_of(tensor));
  std::vector<Tensor> results;
  for (const Spec& spec : outputs) {
    const int slot = static_cast<int>(recording_.slots.size());
    recording_.slots.push_back({spec.shape, spec.dtype, -1, {}});
    recorded.outputs.push_back(slot);
    results.push_back(Tensor::slot(spec.shape, spec.dtype, slot));
  }
  recording_.steps.push_back(std::move(recorded));
  return results;
}

Tensor Recorder::alias(const Tensor& slot, const Shape& shape) {
  check_reshape(slot.shape(), shape);
  const int alias = static_cast<int>(recording_.slots.size());
  recording_.slots.push_back({shape, slot.dtype(), slot.slot(), {}});
  return Tensor::slot(shape, slot.dtype(), alias);
}

Recorder::Mark Recorder::mark() const {
  return {recording_.slots.size(), recording_.steps.size(), uncacheable_};
}

void Recorder::rewind(const Mark& mark) {
  std::erase_if(constants_,
                [&](const auto& entry) { return static_cast<size_t>(entry.second) >= mark.slots; });
  recording_.slots.erase(recording_.slots.begin() + static_cast<std::ptrdiff_t>(mark.slots),
                         recording_.slots.end());
  recording_.steps.erase(recording_.steps.begin() + static_cast<std::ptrdiff_t>(mark.steps),
                         recording_.steps.end());
  uncacheable_ = mark.uncacheable;
}

Recording Recorder::take() {
  recording_.cacheable = uncacheable_ == 0;
  return std::move(recording_);
}

RecordingPause::RecordingPause() : paused_(std::exchange(g_current, nullptr)) {}
RecordingPause::~RecordingPause() { g_current = paused_; }

}  // namespace keras::runtime
