#include "serialization/live_objects.h"

#include <unordered_map>

#include "base/error.h"

namespace keras {
namespace {

std::unordered_map<uint64_t, std::weak_ptr<Object>>& table() {
  static std::unordered_map<uint64_t, std::weak_ptr<Object>> objects;
  return objects;
}

int g_scopes = 0;
size_t g_next_sweep = 1024;

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

LiveObjectScope::LiveObjectScope() { ++g_scopes; }
LiveObjectScope::~LiveObjectScope() { --g_scopes; }

std::shared_ptr<Object> live_object_of(const json::Value& value) {
  if (g_scopes == 0) return nullptr;
  const json::Value* class_name = value.find("class_name");
  if (class_name == nullptr || !class_name->is_string() || class_name->as_string() != "__live__") {
    return nullptr;
  }
  const int64_t uid = value.as_object().at("config").as_object().at("uid").as_int();
  auto object = find_live_object(static_cast<uint64_t>(uid));
  if (!object) raise_internal_error({"No live object has the uid ", std::to_string(uid)});
  return object;
}

}  // namespace keras
