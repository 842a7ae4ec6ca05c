#include "bindings/codec/config_codec.h"

#include <cstdlib>

#include "bindings/codec/handles.h"
#include "bindings/codec/json_codec.h"
#include "bindings/custom_classes/js_function.h"

namespace keras::bindings {
namespace {

class NamedFunction final : public CustomObject {
 public:
  explicit NamedFunction(std::shared_ptr<Function> function) : function_(std::move(function)) {}
  std::shared_ptr<Function> function() override { return function_; }
  std::shared_ptr<Object> from_config(const json::Object&) override { return nullptr; }

 private:
  std::shared_ptr<Function> function_;
};

void collect_functions(const json::Value& value, CustomObjects& found) {
  if (value.is_array()) {
    for (const json::Value& item : value.as_array()) collect_functions(item, found);
  }
  if (!value.is_object()) return;
  const json::Value* config = value.find("config");
  if (config != nullptr && config->is_string() &&
      config->as_string().starts_with(kFunctionPrefix)) {
    const std::string& key = config->as_string();
    const int64_t id = std::atoll(key.c_str() + kFunctionPrefix.size());
    found[key] = std::make_shared<NamedFunction>(
        std::make_shared<JsFunction>(id, value.find("registered_name")->as_string()));
    return;
  }
  for (const auto& [key, item] : value.as_object()) collect_functions(item, found);
}

}  // namespace

Options::Options(const Packed& packed) : value_(from_js(packed.json)) {
  if (!packed.objects.isUndefined()) {
    const auto count = packed.objects["length"].as<int>();
    for (int i = 0; i < count; ++i) {
      held_.push_back(packed.objects[i].as<ObjectHandlePtr>()->object());
      publish_live_object(held_.back());
    }
  }
  if (!has_functions(packed.json)) return;
  CustomObjects functions = current_custom_objects();
  collect_functions(value_, functions);
  functions_.emplace(std::move(functions));
}

}  // namespace keras::bindings
