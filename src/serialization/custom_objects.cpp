#include "serialization/custom_objects.h"

namespace keras {
namespace {

CustomObjects& registered() {
  static CustomObjects objects;
  return objects;
}

std::shared_ptr<const CustomObjects>& scope() {
  static std::shared_ptr<const CustomObjects> current = std::make_shared<CustomObjects>();
  return current;
}

}  // namespace

void register_custom_object(std::string key, std::shared_ptr<CustomObject> object) {
  registered().insert_or_assign(std::move(key), std::move(object));
}

void unregister_custom_objects() { registered().clear(); }

CustomObjectScope::CustomObjectScope(CustomObjects objects) : previous_(scope()) {
  scope() = std::make_shared<CustomObjects>(std::move(objects));
}

CustomObjectScope::~CustomObjectScope() { scope() = previous_; }

const CustomObjects& current_custom_objects() { return *scope(); }

void clear_custom_object_scope() { scope() = std::make_shared<CustomObjects>(); }

CustomObjects beside_known(const CustomObjects& argument) {
  CustomObjects objects = current_custom_objects();
  for (const auto& [name, object] : argument) {
    if (!is_registered_object(name)) objects.emplace(name, object);
  }
  return objects;
}

bool is_registered_object(std::string_view name) { return registered().contains(name); }

std::shared_ptr<CustomObject> find_custom_object(std::string_view name) {
  if (no_custom_objects()) return nullptr;
  for (const CustomObjects* objects :
       {scope().get(), static_cast<const CustomObjects*>(&registered())}) {
    const auto found = objects->find(name);
    if (found != objects->end()) return found->second;
  }
  return nullptr;
}

std::shared_ptr<CustomObject> find_custom_object_by_suffix(std::string_view name) {
  const std::string suffix = ">" + std::string(name);
  for (const CustomObjects* objects :
       {scope().get(), static_cast<const CustomObjects*>(&registered())}) {
    for (const auto& [key, object] : *objects) {
      if (key.ends_with(suffix)) return object;
    }
  }
  return nullptr;
}

bool no_custom_objects() { return scope()->empty() && registered().empty(); }

}  // namespace keras
