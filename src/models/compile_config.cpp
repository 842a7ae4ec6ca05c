#include "models/compile_config.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/error.h"
#include "serialization/custom_objects.h"
#include "serialization/deserialize.h"
#include "serialization/safe_mode.h"

namespace keras {
namespace {

// The functions in keras.losses and keras.metrics.
constexpr std::array<std::string_view, 29> kFunctions = {"binary_accuracy",
                                                         "binary_crossentropy",
                                                         "binary_focal_crossentropy",
                                                         "categorical_accuracy",
                                                         "categorical_crossentropy",
                                                         "categorical_focal_crossentropy",
                                                         "categorical_generalized_cross_entropy",
                                                         "categorical_hinge",
                                                         "circle",
                                                         "concordance_correlation",
                                                         "cosine_similarity",
                                                         "ctc",
                                                         "dice",
                                                         "hinge",
                                                         "huber",
                                                         "kl_divergence",
                                                         "log_cosh",
                                                         "mean_absolute_error",
                                                         "mean_absolute_percentage_error",
                                                         "mean_squared_error",
                                                         "mean_squared_logarithmic_error",
                                                         "pearson_correlation",
                                                         "poisson",
                                                         "sparse_categorical_accuracy",
                                                         "sparse_categorical_crossentropy",
                                                         "sparse_top_k_categorical_accuracy",
                                                         "squared_hinge",
                                                         "top_k_categorical_accuracy",
                                                         "tversky"};

std::string member_text(const json::Object& record, std::string_view key) {
  const json::Value* value = record.find(key);
  return value != nullptr && value->is_string() ? value->as_string() : "";
}

bool is_custom(const json::Object& record) {
  const std::string registered = member_text(record, "registered_name");
  const std::string name = member_text(
      record, member_text(record, "class_name") == "function" ? "config" : "class_name");
  return (!registered.empty() && find_custom_object(registered)) || find_custom_object(name) ||
         find_custom_object_by_suffix(name);
}

void check_record(const json::Value& value) {
  const json::Object& record = value.as_object();
  if (is_custom(record)) return;
  const std::string class_name = member_text(record, "class_name");
  if (class_name == "__lambda__" && !in_safe_mode().value_or(true)) return;
  if (class_name == "function") {
    const std::string name = member_text(record, "config");
    if (is_loss_or_metric_function(name)) return;
  } else if (const std::string module = member_text(record, "module");
             module == "keras" || module.starts_with("keras.")) {
    // A loss, metric, optimizer or schedule, which may contain others.
    at_path("config", [&] { check_compile_config(record.at("config")); });
    return;
  }
  deserialize_keras_object(value);
}

}  // namespace

bool is_loss_or_metric_function(std::string_view name) {
  return std::find(kFunctions.begin(), kFunctions.end(), name) != kFunctions.end();
}

void check_compile_config(const json::Value& config) {
  if (config.is_array()) {
    int64_t index = 0;
    for (const json::Value& item : config.as_array()) {
      at_path("[" + std::to_string(index++) + "]", [&] { check_compile_config(item); });
    }
    return;
  }
  if (!config.is_object()) return;
  const json::Object& members = config.as_object();
  if (members.contains("class_name") && members.contains("config")) {
    check_record(config);
    return;
  }
  for (const auto& [key, item] : members) at_path(key, [&] { check_compile_config(item); });
}

}  // namespace keras
