#include "models/legacy/training_config.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/warning.h"
#include "json/members.h"
#include "json/repr.h"
#include "models/compile_config.h"
#include "models/legacy/legacy.h"
#include "serialization/custom_objects.h"
#include "serialization/serialize.h"

namespace keras {
namespace legacy {
namespace {

// Classes that Keras 3.15.1 can compile with.
constexpr std::string_view kOptimizers =
    " Adadelta Adafactor Adagrad Adam AdamW Adamax Ftrl Lion LossScaleOptimizer Muon Nadam RMSprop "
    "SGD ScheduleFreeAdamW ";
constexpr std::string_view kSchedules =
    " CosineDecay CosineDecayRestarts ExponentialDecay InverseTimeDecay PiecewiseConstantDecay "
    "PolynomialDecay ";
constexpr std::string_view kLosses =
    " BinaryCrossentropy BinaryFocalCrossentropy CTC CategoricalCrossentropy "
    "CategoricalFocalCrossentropy CategoricalHinge Circle CosineSimilarity Dice Hinge Huber "
    "KLDivergence LogCosh MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredError "
    "MeanSquaredLogarithmicError Poisson SparseCategoricalCrossentropy SquaredHinge Tversky ";
constexpr std::string_view kMetrics =
    " AUC Accuracy BinaryAccuracy BinaryCrossentropy BinaryIoU CategoricalAccuracy "
    "CategoricalCrossentropy CategoricalHinge ConcordanceCorrelation CosineSimilarity F1Score "
    "FBetaScore FalseNegatives FalsePositives Hinge IoU KLDivergence LogCoshError Mean "
    "MeanAbsoluteError MeanAbsolutePercentageError MeanIoU MeanSquaredError "
    "MeanSquaredLogarithmicError OneHotIoU OneHotMeanIoU PearsonCorrelation Poisson Precision "
    "PrecisionAtRecall R2Score Recall RecallAtPrecision RootMeanSquaredError "
    "SensitivityAtSpecificity SparseCategoricalAccuracy SparseCategoricalCrossentropy "
    "SparseTopKCategoricalAccuracy SpecificityAtSensitivity SquaredHinge Sum "
    "TopKCategoricalAccuracy TrueNegatives TruePositives ";

// Arguments of optimizers, losses and metrics in older Keras that Keras 3 rejects.
constexpr std::string_view kDropped =
    " jit_compile is_legacy_optimizer dynamic schedule_decay decay fn ";

bool among(std::string_view list, std::string_view name) {
  return list.find(" " + std::string(name) + " ") != list.npos;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

// The class with that name, ignoring case: Keras 1 and 2 wrote both `sgd` and `SGD`.
std::optional<std::string> class_among(std::string_view list, const std::string& name) {
  for (size_t at = 1; at < list.size();) {
    const size_t end = list.find(' ', at);
    const std::string candidate(list.substr(at, end - at));
    if (lower(candidate) == lower(name)) return candidate;
    at = end + 1;
  }
  return std::nullopt;
}

std::string without_package(const std::string& name) {
  return name.starts_with("Custom>") ? name.substr(7) : name;
}

// Current names of functions and of their abbreviations.
std::string function_name(const std::string& name) {
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"mse", "mean_squared_error"},
      {"mae", "mean_absolute_error"},
      {"mape", "mean_absolute_percentage_error"},
      {"msle", "mean_squared_logarithmic_error"},
      {"bce", "binary_crossentropy"},
      {"kld", "kl_divergence"},
      {"kullback_leibler_divergence", "kl_divergence"},
      {"cosine", "cosine_similarity"},
      {"cosine_proximity", "cosine_similarity"},
      {"logcosh", "log_cosh"},
      {"huber_loss", "huber"}};
  for (const auto& [from, to] : kNames) {
    if (lower(name) == from) return std::string(to);
  }
  return name;
}

json::Value known_record(std::string_view module, const std::string& class_name,
                         json::Value config) {
  return json::Object{{"module", module},
                      {"class_name", class_name},
                      {"config", std::move(config)},
                      {"registered_name", nullptr}};
}

class Compilation {
 public:
  explicit Compilation(Notes& notes) : notes_(notes) {}

  json::Value modern(const json::Value& config) {
    const json::Object& members = config.as_object();
    const auto member = [&](const char* key) {
      const json::Value* value = members.find(key);
      return value == nullptr ? json::Value() : *value;
    };
    const json::Value optimizer = modern_optimizer(
        members.contains("optimizer") ? member("optimizer") : member("optimizer_config"));
    if (optimizer.is_null()) return nullptr;
    json::Object modern{{"optimizer", optimizer},
                        {"loss", each(member("loss"), kLosses, "keras.losses")},
                        {"loss_weights", member("loss_weights")},
                        {"metrics", modern_metrics(member("metrics"))},
                        {"weighted_metrics", modern_metrics(member("weighted_metrics"))}};
    set_or(modern, "run_eagerly", member("run_eagerly"), false);
    set_or(modern, "steps_per_execution", member("steps_per_execution"), 1);
    set_or(modern, "jit_compile", member("jit_compile"), true);
    return modern;
  }

 private:
  static void set_or(json::Object& object, const char* key, json::Value value,
                     json::Value otherwise) {
    object.set(key, value.is_null() ? std::move(otherwise) : std::move(value));
  }

  json::Value modern_optimizer(const json::Value& value) {
    if (value.is_null()) return value;
    const bool is_name = value.is_string();
    std::string name =
        without_package(is_name ? value.as_string() : json::text_member(value, "class_name"));
    if (name.starts_with("LossScaleOptimizer")) name = "LossScaleOptimizer";
    if (is_custom(value, name)) return value;
    const auto class_name = class_among(kOptimizers, name);
    if (!class_name) return leave_out("optimizer", value);
    if (is_name) return value;
    return known_record("keras.optimizers", *class_name, arguments(value, *class_name));
  }

  // Older files list the metrics of each output, even for a single one.
  json::Value modern_metrics(const json::Value& value) {
    const json::Value metrics = each(value, kMetrics, "keras.metrics");
    if (metrics.is_array() && metrics.as_array().size() == 1 &&
        metrics.as_array().front().is_array()) {
      return metrics.as_array().front();
    }
    return metrics;
  }

  json::Value each(const json::Value& value, std::string_view classes, std::string_view module) {
    if (value.is_string()) return modern_name(value, classes, module);
    if (value.is_array()) {
      json::Array items;
      for (const json::Value& item : value.as_array()) {
        json::Value modern = each(item, classes, module);
        if (!modern.is_null() || item.is_null()) items.push_back(std::move(modern));
      }
      return items;
    }
    if (!value.is_object()) return value;
    if (value.find("class_name") != nullptr) return modern_record(value, classes, module);
    json::Object members;
    for (const auto& [key, item] : value.as_object()) {
      members.set(key, each(item, classes, module));
    }
    return members;
  }

  json::Value modern_name(const json::Value& value, std::string_view classes,
                          std::string_view module) {
    const std::string& given = value.as_string();
    const bool is_metric = module == "keras.metrics";
    // The kind of accuracy depends on the outputs.
    if (is_metric && among(" accuracy acc crossentropy ce ", given)) return value;
    const std::string name = function_name(given);
    if (is_custom(value, given)) return function_record(given);
    if (is_loss_or_metric_function(name)) {
      return is_metric ? json::Value(name) : function_record(name);
    }
    if (const auto class_name = class_among(classes, given)) {
      return known_record(module, *class_name, json::Object());
    }
    return leave_out(is_metric ? "metric" : "loss", value);
  }

  json::Value modern_record(const json::Value& value, std::string_view classes,
                            std::string_view module) {
    const std::string name = without_package(json::text_member(value, "class_name"));
    const json::Value* config = value.find("config");
    if (name == "function" && config != nullptr && config->is_string()) {
      return modern_name(*config, classes, module);
    }
    if (is_custom(value, name)) return value;
    if (name == "MeanMetricWrapper" || name == "LossFunctionWrapper") {
      return wrapped_function(value, classes, module);
    }
    const auto class_name = class_among(classes, name);
    if (!class_name) return leave_out(module == "keras.metrics" ? "metric" : "loss", value);
    return known_record(module, *class_name, arguments(value, *class_name));
  }

  // A function under another name, such as `accuracy` for the one that fits the outputs.
  json::Value wrapped_function(const json::Value& value, std::string_view classes,
                               std::string_view module) {
    const json::Value* config = value.find("config");
    const json::Value* function = config == nullptr ? nullptr : config->find("fn");
    if (function == nullptr) return leave_out("metric", value);
    const std::string name = json::text_member(*config, "name");
    if (module == "keras.metrics") {
      for (const char* ending : {"accuracy", "acc", "crossentropy"}) {
        const bool is_own_name = function->is_string() && name.ends_with(function->as_string());
        if (name.ends_with(ending) && !is_own_name) return ending;
      }
    }
    return each(*function, classes, module);
  }

  json::Value arguments(const json::Value& record, const std::string& class_name) {
    const json::Value* config = record.find("config");
    json::Object arguments;
    if (config == nullptr || !config->is_object()) return arguments;
    for (const auto& [key, value] : config->as_object()) {
      if (among(kDropped, key)) {
        if (key == "decay" && value.truthy()) notes_.add("`decay` was dropped from", class_name);
        continue;
      }
      if (key == "epsilon" && value.is_null()) continue;  // the default until Keras 2.2
      arguments.set(key == "lr" ? "learning_rate" : key, argument(key, value));
    }
    return arguments;
  }

  json::Value argument(const std::string& key, const json::Value& value) {
    if (key == "reduction" && (value == "auto" || value == "AUTO")) return "sum_over_batch_size";
    if (key == "inner_optimizer") return modern_optimizer(value);
    const std::string class_name = json::text_member(value, "class_name");
    if (class_name.empty() || !among(kSchedules, class_name)) return value;
    return known_record("keras.optimizers.schedules", class_name, arguments(value, class_name));
  }

  static bool is_custom(const json::Value& value, const std::string& name) {
    const std::string registered = json::text_member(value, "registered_name");
    return find_custom_object(name) || (!registered.empty() && find_custom_object(registered)) ||
           find_custom_object_by_suffix(name);
  }

  static json::Value leave_out(std::string_view what, const json::Value& value) {
    warn("The " + std::string(what) + " " + repr(value) +
         " in the file is neither a Keras class nor a custom object. " +
         (what == "optimizer" ? "The model is opened without being compiled."
                              : "The model is opened without it."));
    return nullptr;
  }

  Notes& notes_;
};

}  // namespace

json::Value modern_compile_config(const json::Value& config, Notes& notes) {
  return Compilation(notes).modern(config);
}

}  // namespace legacy

// `.h5` files hold functions by name (serialize in keras/src/legacy/saving/serialization.py).
static void name_functions(json::Value& value) {
  if (value.is_array()) {
    for (json::Value& item : value.as_array()) name_functions(item);
  } else if (json::text_member(value, "class_name") == "function") {
    value = json::Value(value.as_object().at("config"));
  } else if (value.is_object() && !value.as_object().contains("class_name")) {
    for (auto& [key, item] : value.as_object()) name_functions(item);
  }
}

json::Value training_config_of(const json::Value& compile_config) {
  const json::Value* optimizer = compile_config.find("optimizer");
  if (optimizer == nullptr || optimizer->is_null()) return nullptr;
  json::Object training = compile_config.as_object();
  training.erase("optimizer");
  for (auto& [key, value] : training) name_functions(value);
  json::Object record{{"class_name", *optimizer}, {"config", json::Object()}};
  if (optimizer->is_object()) {
    const std::string registered = json::text_member(*optimizer, "registered_name");
    record.set("class_name",
               registered.empty() ? json::text_member(*optimizer, "class_name") : registered);
    record.set("config", optimizer->as_object().at("config"));
  }
  training.set("optimizer_config", std::move(record));
  return training;
}

json::Value compile_config_of_training(const json::Value& training) {
  try {
    legacy::Notes notes;
    json::Value config = legacy::modern_compile_config(modern_values(training), notes);
    if (!notes.empty()) warn("Read how the model was compiled: " + notes.text() + ".");
    return config;
  } catch (const Error& error) {
    warn(std::string("How the model was compiled could not be read: ") + error.what());
    return nullptr;
  }
}

}  // namespace keras
