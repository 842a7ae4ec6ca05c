#include "models/legacy/layer_arguments.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "json/members.h"
#include "json/repr.h"
#include "serialization/fields.h"

namespace keras::legacy {
namespace {

enum class Fate {
  kDropped,         // dropped with a warning
  kDroppedUnnoted,  // dropped silently: users never set it
  kDroppedUnused,   // dropped when null, false, 0 or 1; an error otherwise
  kRenamed,
  kAdded,  // added with the old behavior, when missing
};

struct Argument {
  std::string_view classes;  // names in the file, separated by spaces
  std::string_view key;
  Fate fate;
  std::string_view to = "";  // the new key, or the added value
};

constexpr std::string_view kRecurrent = "RNN SimpleRNN LSTM GRU ConvLSTM1D ConvLSTM2D ConvLSTM3D";
constexpr std::string_view kTransposed = "Conv1DTranspose Conv2DTranspose Conv3DTranspose";
constexpr std::string_view kDepthwise =
    "DepthwiseConv1D DepthwiseConv2D SeparableConv1D SeparableConv2D";
constexpr std::string_view kInitializers =
    "Zeros Ones Constant RandomNormal RandomUniform TruncatedNormal VarianceScaling Orthogonal "
    "Identity GlorotNormal GlorotUniform HeNormal HeUniform LecunNormal LecunUniform";

constexpr Argument kArguments[] = {
    {kRecurrent, "time_major", Fate::kDroppedUnused},              // TensorFlow 1.13 to 2.15
    {"RNN", "num_constants", Fate::kDroppedUnused},                // Keras 2.0.9 to TensorFlow 2.15
    {kTransposed, "groups", Fate::kDroppedUnused},                 // TensorFlow 2.3 to 2.15
    {kDepthwise, "groups", Fate::kDroppedUnused},                  // the same
    {kDepthwise, "kernel_initializer", Fate::kDroppedUnnoted},     // Keras 2.1 to 2.15, never used
    {kDepthwise, "kernel_regularizer", Fate::kDroppedUnnoted},     // the same
    {kDepthwise, "kernel_constraint", Fate::kDroppedUnnoted},      // the same
    {"MultiHeadAttention", "query_shape", Fate::kDroppedUnnoted},  // TensorFlow 2.4 to 2.15
    {"MultiHeadAttention", "key_shape", Fate::kDroppedUnnoted},    // the same
    {"MultiHeadAttention", "value_shape", Fate::kDroppedUnnoted},  // the same
    {"Embedding", "input_length", Fate::kDropped},                 // Keras 1 to 2.15
    {"Attention AdditiveAttention", "causal", Fate::kDroppedUnused},     // TensorFlow 2.0 to 2.12
    {"BatchNormalization", "renorm", Fate::kDroppedUnused},              // TensorFlow 1.0 to 2.15
    {"BatchNormalization", "renorm_clipping", Fate::kDropped},           // the same
    {"BatchNormalization", "renorm_momentum", Fate::kDropped},           // the same
    {"BatchNormalization", "virtual_batch_size", Fate::kDroppedUnused},  // the same
    {"BatchNormalization", "fused", Fate::kDropped},                     // the same
    {"SyncBatchNormalization", "synchronized", Fate::kAdded, "true"},    // TensorFlow 2.2 to 2.15
    {"LeakyReLU", "alpha", Fate::kRenamed, "negative_slope"},            // Keras 1 to 2.15
    {"ThresholdedReLU", "theta", Fate::kRenamed, "threshold"},           // the same
    {"GRU", "reset_after", Fate::kAdded, "false"},                       // Keras 1 to 2.1
    {"CuDNNGRU", "reset_after", Fate::kAdded, "true"},   // Keras 2.0.9 to TensorFlow 1.15
    {kInitializers, "dtype", Fate::kDroppedUnnoted},     // TensorFlow 1.0 to 2.3
    {"InputLayer", "type_spec", Fate::kDroppedUnnoted},  // TensorFlow 2.4 to 2.15
    {"Policy PolicyV1", "loss_scale", Fate::kDropped},   // TensorFlow 2.1 to 2.3
};

bool names(std::string_view list, std::string_view name) {
  for (size_t at = list.find(name); at != list.npos; at = list.find(name, at + 1)) {
    const size_t end = at + name.size();
    if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) return true;
  }
  return false;
}

// Null, false, 0 and 1 disable each of these arguments.
bool is_unused(const json::Value& value) {
  return !value.truthy() || (value.is_number() && value.as_double() == 1);
}

class Modernizing {
 public:
  Modernizing(const ClassInfo& info, std::string_view old_name, json::Object& config, Notes& notes)
      : info_(info), old_name_(old_name), config_(config), notes_(notes) {}

  void run() {
    for (const Argument& argument : kArguments) {
      if (names(argument.classes, old_name_)) apply(argument);
    }
    if (info_.family != Family::kLayer) return;
    modernize_axis();
    if (info_.class_name == "Lambda") modernize_lambda();
    modernize_shape();
    drop_unknown();
  }

 private:
  void apply(const Argument& argument) {
    const std::string key(argument.key);
    const json::Value* value = config_.find(key);
    if (argument.fate == Fate::kAdded) {
      if (value == nullptr) config_.set(key, argument.to == "true");
      return;
    }
    if (value == nullptr) return;
    if (argument.fate == Fate::kRenamed) {
      json::Value moved = config_.take(key);
      config_.set(argument.to, std::move(moved));
      note("`" + key + "` became `" + std::string(argument.to) + "` in");
      return;
    }
    if (argument.fate == Fate::kDroppedUnused && !is_unused(*value)) refuse(key, *value);
    const bool was_off = !config_.take(key).truthy();
    if (argument.fate != Fate::kDroppedUnnoted && !was_off) note("`" + key + "` was dropped from");
  }

  // Older Keras wrote `axis` as a list.
  void modernize_axis() {
    json::Value* axis = config_.find("axis");
    if (axis == nullptr || !axis->is_array() || axis->as_array().size() != 1) return;
    if (info_.class_name == "Normalization") return;
    const json::Value only = axis->as_array().front();
    *axis = only;
  }

  // Byte code, defaults and closure as a list.
  void modernize_lambda() {
    for (const char* key :
         {"module", "function_type", "output_shape_type", "output_shape_module"}) {
      config_.erase(key);
    }
    json::Value* function = config_.find("function");
    if (function == nullptr || !function->is_array() || function->as_array().size() != 3) return;
    const json::Array parts = function->as_array();
    json::Object code{{"code", parts[0]}, {"defaults", parts[1]}, {"closure", parts[2]}};
    *function = json::Object{{"class_name", "__lambda__"}, {"config", std::move(code)}};
  }

  // Runs after Sequential models have read the shape of their first layer.
  void modernize_shape() {
    if (!config_.contains("batch_input_shape")) return;
    const json::Value shape = config_.take("batch_input_shape");
    if (info_.class_name == "InputLayer") config_.set("batch_shape", shape);
  }

  // Unknown arguments have no effect when disabled. Layers without weights may
  // lack `trainable` (SpatialDropout1D).
  void drop_unknown() {
    std::vector<FieldDescription> fields = describe_fields(*info_.create());
    std::vector<std::string> unknown;
    for (const auto& [key, value] : config_) {
      const bool known =
          std::any_of(fields.begin(), fields.end(), [&](const auto& f) { return f.key == key; });
      if (!known && (!value.truthy() || key == "trainable")) unknown.push_back(key);
    }
    for (const std::string& key : unknown) config_.erase(key);
  }

  void note(std::string change) {
    notes_.add_layer(std::move(change), old_name_, json::text_member(config_, "name"));
  }

  [[noreturn]] void refuse(const std::string& key, const json::Value& value) const {
    raise_value_error(
        {"`", key, "=", repr(value), "` of ", std::string(old_name_), " '",
         json::text_member(config_, "name"),
         "' has no counterpart in Keras 3, so the model would compute something else."});
  }

  const ClassInfo& info_;
  std::string_view old_name_;
  json::Object& config_;
  Notes& notes_;
};

}  // namespace

void modernize_arguments(const ClassInfo& info, std::string_view old_name, json::Object& config,
                         Notes& notes) {
  Modernizing(info, old_name, config, notes).run();
}

}  // namespace keras::legacy
