#include "serialization/live_objects.h"

#include <unordered_map>

#include "serialization/serialize.h"

namespace keras {
namespace {

std::unordered_map<uint64_t, std::weak_ptr<Object>>& table() {
  static std::unordered_map<uint64_t, std::weak_ptr<Object>> objects;
  return objects;
}

size_t g_next_sweep = 1024;

class LiveValue final : public json::Opaque {
 public:
  explicit LiveValue(Tree value) : value(std::move(value)) {}
  json::Value as_json() const override { return serialize_keras_object(value); }
  std::string as_repr() const override { return repr(value); }

  const Tree value;
};

}  // namespace

void publish_live_object(const std::shared_ptr<Object>& object) {
  table().insert_or_assign(object->uid(), object);
  // Sweeps expired entries occasionally, so that the table stays proportional to the live objects.
  if (table().size() > g_next_sweep) {
    std::erase_if(table(), [](const auto& entry) { return entry.second.expired(); });
    g_next_sweep = 2 * table().size() + 1024;
  }
}

std::shared_ptr<Object> find_live_object(uint64_t uid) {
  const auto found = table().find(uid);
  return found == table().end() ? nullptr : found->second.lock();
}

json::Value live_value(const std::shared_ptr<Object>& object) {
  if (!object) return nullptr;
  return json::Value(std::make_shared<const LiveValue>(Tree(object)));
}

json::Value live_value(const std::shared_ptr<Function>& function) {
  if (!function) return nullptr;
  return json::Value(std::make_shared<const LiveValue>(Tree(function)));
}

const Tree* find_live_value(const json::Value& value) {
  if (!value.is_opaque()) return nullptr;
  const auto* live = dynamic_cast<const LiveValue*>(&value.as_opaque());
  return live == nullptr ? nullptr : &live->value;
}

}  // namespace keras
