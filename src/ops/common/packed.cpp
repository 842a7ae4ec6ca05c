#include "ops/common/packed.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace keras::ops {
namespace {

// Weights are never written into, so what is packed of a buffer stays valid while the buffer lives.
struct Entry {
  std::weak_ptr<Buffer> weights;
  std::weak_ptr<Buffer> packed;
  bool is_live() const { return !weights.expired() && !packed.expired(); }
};

// By the buffer of the weights, the offset of the first one, and the layout.
using Key = std::tuple<const Buffer*, size_t, Packed::Layout>;

// Entries whose buffers are gone are removed whenever the number of entries has doubled.
class Store {
 public:
  std::shared_ptr<Buffer> find(const Key& key) {
    const auto found = entries_.find(key);
    if (found == entries_.end() || !found->second.is_live()) return nullptr;
    return found->second.packed.lock();
  }
  void add(const Key& key, Entry entry) {
    if (entries_.size() >= most_) {
      std::erase_if(entries_, [](const auto& each) { return !each.second.is_live(); });
      most_ = std::max<size_t>(kLeast, 2 * entries_.size());
    }
    entries_.insert_or_assign(key, std::move(entry));
  }

 private:
  static constexpr size_t kLeast = 64;
  std::map<Key, Entry> entries_;
  size_t most_ = kLeast;
};

Store& store() {
  static Store instance;
  return instance;
}

}  // namespace

std::shared_ptr<Buffer> Packed::new_buffer(size_t bytes) {
  return std::make_shared<Buffer>(bytes, [] { return std::string(kWhat); });
}

void Packed::share(const Tensor& weights, const Layout& layout, int64_t count,
                   FunctionRef<void(float*)> pack) {
  const auto& impl = *weights.impl();
  const Key key{impl.buffer.get(), impl.offset, layout};
  buffer_ = store().find(key);
  if (buffer_) return;
  pack(allocate(count));
  store().add(key, {impl.buffer, buffer_});
}

}  // namespace keras::ops
