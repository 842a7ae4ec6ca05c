#include "models/legacy/class_names.h"

#include <string>

#include "json/members.h"
#include "serialization/custom_objects.h"
#include "serialization/registry.h"

namespace keras::legacy {
namespace {

struct Renamed {
  std::string_view from, to;
  bool noted = true;  // whether to report the change: the class has another name or other arguments
};

constexpr Renamed kRenamed[] = {
    {"Model", "Functional", false},                         // Keras 1 to TensorFlow 2.2
    {"ThresholdedReLU", "ReLU"},                            // Keras 1 to 2.15
    {"CuDNNLSTM", "LSTM"},                                  // Keras 2.0.9 to TensorFlow 1.15
    {"CuDNNGRU", "GRU"},                                    // the same
    {"SyncBatchNormalization", "BatchNormalization"},       // TensorFlow 2.2 to 2.15
    {"BatchNormalizationV1", "BatchNormalization", false},  // TensorFlow 1.13 to 2.1
    {"BatchNormalizationV2", "BatchNormalization", false},  // the same
    {"Policy", "DTypePolicy", false},                       // TensorFlow 2.4 to 2.15
    {"PolicyV1", "DTypePolicy", false},                     // TensorFlow 2.1 to 2.3
};

constexpr Family kFamilies[] = {Family::kLayer,       Family::kModel,      Family::kInitializer,
                                Family::kRegularizer, Family::kConstraint, Family::kDTypePolicy};

const ClassInfo* builtin_of(std::string_view name) {
  for (Family family : kFamilies) {
    if (const ClassInfo* info = find_class_in_family(family, name)) return info;
  }
  return nullptr;
}

bool is_package_of_keras(std::string_view module) {
  const std::string_view package = module.substr(0, module.find('.'));
  return module.empty() || package == "keras" || package == "tf_keras" || package == "tensorflow";
}

}  // namespace

const ClassInfo* rename_class(json::Object& record, Notes& notes) {
  const std::string name = json::text_member(record, "class_name");
  if (!is_package_of_keras(json::text_member(record, "module")) || find_custom_object(name)) {
    return nullptr;
  }
  std::string_view current = name;
  for (const auto& [from, to, noted] : kRenamed) {
    if (name != from) continue;
    current = to;
    if (noted) {
      const json::Value* config = record.find("config");
      notes.add_layer("`" + std::string(to) + "` replaces", name,
                      config != nullptr && config->is_object()
                          ? json::text_member(config->as_object(), "name")
                          : "");
    }
  }
  const ClassInfo* info = builtin_of(current);
  if (info == nullptr) return nullptr;
  record.set("class_name", current);
  // Without a registered name, a custom class with that name takes precedence, as in old files.
  record.set("module", info->module);
  record.erase("registered_name");
  return info;
}

}  // namespace keras::legacy
