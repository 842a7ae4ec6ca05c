#include "saving/model_record.h"

#include "base/error.h"
#include "json/parse.h"
#include "json/write.h"
#include "models/legacy/legacy.h"
#include "serialization/deserialize.h"
#include "serialization/safe_mode.h"
#include "serialization/serialize.h"
#include "serialization/shared_objects.h"

namespace keras {
namespace {

ModelPtr as_model(const std::shared_ptr<Object>& object) {
  auto model = std::dynamic_pointer_cast<Model>(object);
  if (!model) {
    raise_value_error({"The file holds a ", std::string(object->class_info().class_name),
                       ", which is not a model"});
  }
  return model;
}

}  // namespace

std::string saved_config(const Model& model) {
  ObjectSharingScope sharing;
  serialize_keras_object(model);
  sharing.finish_counting();
  return json::write(serialize_keras_object(model));
}

ModelPtr model_from_saved_config(std::string_view text, const RevivalOptions& options) {
  json::Value config = json::parse(text);
  if (!options.compile && config.is_object()) config.as_object().set("compile_config", nullptr);
  const ObjectSharingScope sharing;
  return as_model(deserialize_object(
      config, {.custom_objects = options.custom_objects, .safe_mode = options.safe_mode}));
}

ModelPtr model_from_legacy_config(std::string_view text, const RevivalOptions& options) {
  const SafeModeScope safe_mode(in_safe_mode().value_or(options.safe_mode));
  const CustomObjectScope scope(
      beside_known(options.custom_objects != nullptr ? *options.custom_objects : CustomObjects()));
  return as_model(revive_legacy_layer(modern_values(json::parse(text))));
}

std::string legacy_model_config(const Model& model) {
  const LegacyConfigScope scope;
  return json::write(
      json::Object{{"class_name", model.class_info().class_name}, {"config", model.get_config()}});
}

}  // namespace keras
