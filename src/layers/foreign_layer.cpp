#include "layers/foreign_layer.h"

#include "base/error.h"
#include "graph/keras_tensor.h"

namespace keras {

void ForeignLayer::expect_outputs(size_t call, Tree outputs) {
  if (expected_outputs_.size() <= call) expected_outputs_.resize(call + 1);
  expected_outputs_[call] = std::move(outputs);
}

std::shared_ptr<Object> ForeignLayer::new_from_config(const json::Object& config) const {
  const std::shared_ptr<Object> object = Layer::new_from_config(config);
  if (auto* layer = dynamic_cast<ForeignLayer*>(object.get())) {
    layer->expected_outputs_ = expected_outputs_;
  }
  return object;
}

const CallSignature& ForeignLayer::call_signature() const {
  static const CallSignature signature("inputs, training=False");
  return signature;
}

Tree ForeignLayer::call(const CallArgs&) {
  const std::string class_name(class_info().class_name);
  raise_not_implemented_error({"Layer '", name(), "' is a ", class_name, ": it runs code of ",
                               std::string(framework_),
                               ", which cannot run here. Give a JavaScript class that computes the "
                               "same: `customObjects: { ",
                               class_name, ": class extends Layer { ... } }`, or register it as '",
                               class_name, "' with `registerKerasSerializable()`."});
}

Tree ForeignLayer::compute_output_spec(const CallArgs& args) {
  const size_t call = node_count();
  if (call < expected_outputs_.size() && !expected_outputs_[call].is_none()) {
    return to_keras_tensors(expected_outputs_[call]);
  }
  return map_shapes(compute_output_shape(build_shapes_of(args)), [&](const Shape& shape) {
    return Tree(make_keras_tensor(shape, compute_dtype()));
  });
}

ShapeTree ForeignLayer::compute_output_shape(const BuildShapes& shapes) {
  const std::vector<Shape> inputs = shapes.first().flat();
  return inputs.empty() ? Shape() : inputs.front();
}

NamedTensors ForeignLayer::saved_variables() const {
  NamedTensors values;
  const Variables weights = own_weights();
  for (size_t i = 0; i < weights.size(); ++i) {
    values.emplace_back(stored_names_[i], weights[i]->stored_value());
  }
  return values;
}

void ForeignLayer::load_variables(const NamedTensors& store) {
  if (own_weights().empty()) {
    for (const auto& [stored_name, value] : store) {
      add_weight("variable_" + std::to_string(stored_names_.size()), value.shape(),
                 get_initializer("zeros"), {.dtype = value.dtype()});
      stored_names_.push_back(stored_name);
    }
  }
  const Variables weights = own_weights();
  if (weights.size() != store.size()) {
    raise_value_error({"Layer '", name(), "' expected ", std::to_string(weights.size()),
                       " variables, but received ", std::to_string(store.size()),
                       " variables during loading."});
  }
  for (size_t i = 0; i < weights.size(); ++i) weights[i]->assign(store[i].second);
}

}  // namespace keras
