#include "models/legacy/hard_sigmoid.h"

#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/warning.h"
#include "json/members.h"
#include "models/legacy/version.h"

namespace keras {
namespace legacy {
namespace {

constexpr float kRatio = 1.2f;

// Blocks of a recurrent cell's weights, along their last axis, that feed the recurrent activation:
// i, f and o of i, f, c, o; z and r of z, r, h.
struct Gates {
  std::string_view cell;
  std::vector<bool> scaled;
};
const Gates* gates_of(std::string_view class_name) {
  static const Gates kGates[] = {{"LSTMCell", {true, true, false, true}},
                                 {"ConvLSTMCell", {true, true, false, true}},
                                 {"GRUCell", {true, true, false}}};
  for (const Gates& gates : kGates) {
    if (gates.cell == class_name) return &gates;
  }
  return nullptr;
}

bool is_hard_sigmoid(const json::Object& config, std::string_view key) {
  const json::Value* activation = config.find(key);
  if (activation == nullptr) return false;
  if (activation->is_string()) return activation->as_string() == "hard_sigmoid";
  return json::text_member(*activation, "config") == "hard_sigmoid";
}

void scale(Variable& variable, const std::vector<bool>& blocks) {
  const Tensor& stored = variable.stored_value();
  if (stored.dtype() != DType::kFloat32 || stored.shape().empty()) return;
  Tensor scaled = Tensor::allocate(stored.shape(), DType::kFloat32);
  const float* from = stored.data<float>();
  float* to = scaled.data<float>();
  const auto last = static_cast<size_t>(stored.shape().back());
  for (size_t i = 0; i < static_cast<size_t>(stored.shape().size()); ++i) {
    to[i] = from[i] * (blocks[i % last * blocks.size() / last] ? kRatio : 1.0f);
  }
  variable.assign(scaled);
}

bool is_linear_in_weights(std::string_view class_name) {
  return class_name == "Dense" || class_name == "EinsumDense" || class_name.starts_with("Conv") ||
         class_name.starts_with("DepthwiseConv");
}

class Rescaling {
 public:
  void visit(Layer& layer) {
    if (!seen_.insert(&layer).second) return;
    for (const LayerPtr& below : layer.sublayers()) visit(*below);
    const std::string_view class_name = layer.class_info().class_name;
    const Gates* gates = gates_of(class_name);
    if (gates == nullptr && !is_linear_in_weights(class_name) &&
        !class_name.starts_with("SeparableConv")) {
      return;
    }
    const json::Object config = layer.get_config();
    if (gates != nullptr) {
      if (is_hard_sigmoid(config, "activation")) refuse(layer);
      if (is_hard_sigmoid(config, "recurrent_activation")) rescale(layer, 0, gates->scaled);
    } else if (is_hard_sigmoid(config, "activation")) {
      // A separable convolution is linear in each kernel, so only the last one is scaled.
      rescale(layer, is_linear_in_weights(class_name) ? 0 : 1, {true});
    }
  }

  const Notes& notes() const { return notes_; }

 private:
  void rescale(Layer& layer, size_t first, const std::vector<bool>& blocks) {
    const Layer::Variables variables = layer.own_weights();
    for (size_t i = first; i < variables.size(); ++i) scale(*variables[i], blocks);
    notes_.add_layer("the weights were multiplied by 1.2 in front of the `hard_sigmoid` of",
                     layer.class_info().class_name, layer.name());
  }

  [[noreturn]] static void refuse(const Layer& layer) {
    raise_value_error({"`activation='hard_sigmoid'` of ", layer.python_repr(),
                       " has no counterpart in Keras 3, where it is another function"});
  }

  std::set<const Layer*> seen_;
  Notes notes_;
};

json::Value layer_record(const char* class_name, json::Object config) {
  return json::Object{
      {"module", "keras.layers"}, {"class_name", class_name}, {"config", std::move(config)}};
}

}  // namespace

void replace_hard_sigmoid_layer(json::Object& record, Notes& notes) {
  const json::Object config = record.at("config").as_object();
  if (!is_hard_sigmoid(config, "activation")) return;
  const std::string name = json::text_member(config, "name");
  json::Value dtype = config.contains("dtype") ? config.at("dtype") : json::Value("float32");
  json::Array layers{
      layer_record("Rescaling",
                   {{"name", name + "_scale"}, {"dtype", dtype}, {"scale", 0.2}, {"offset", 0.5}}),
      layer_record("ReLU", {{"name", name + "_clip"}, {"dtype", dtype}, {"max_value", 1.0}})};
  record.set("module", "keras");
  record.set("class_name", "Sequential");
  record.set("config", json::Object{{"name", name}, {"layers", std::move(layers)}});
  notes.add_layer("Rescaling and ReLU replace the `hard_sigmoid` of", "Activation", name);
}

}  // namespace legacy

void rescale_hard_sigmoids(const Model& model, std::string_view keras_version) {
  if (legacy::dialect_of(keras_version) != legacy::Dialect::kKeras2) return;
  legacy::Rescaling rescaling;
  for (const LayerPtr& layer : model.layers()) rescaling.visit(*layer);
  if (rescaling.notes().empty()) return;
  warn("`hard_sigmoid` differs between Keras 3 and Keras " + std::string(keras_version) + ": " +
       rescaling.notes().text() + ".");
}

}  // namespace keras
