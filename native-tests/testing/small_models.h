// Builders of small models.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "layers/core/input_layer.h"
#include "models/functional/functional.h"
#include "models/sequential.h"
#include "serialization/registry.h"

namespace keras::testing {

// As keras.layers.<class>(**options).
inline LayerPtr make_layer(const std::string& class_name, const json::Object& options = {}) {
  return std::dynamic_pointer_cast<Layer>(
      construct(*find_class_in_family(Family::kLayer, class_name), options));
}

inline LayerPtr dense(int64_t units, const std::string& name) {
  return make_layer("Dense", {{"units", units}, {"name", name}});
}

inline Tensor input_of(const Shape& shape, const std::string& name = "x") {
  return make_input({.batch_shape = shape, .name = name});
}

// A batch of vectors.
inline Tensor vector_input(const std::string& name, int size = 4) {
  return input_of({kNone, size}, name);
}

// Calls a layer with a single output.
inline Tensor call(const LayerPtr& layer, const Tree& inputs) {
  return layer->apply({inputs}).as_tensor();
}

// A Functional with an Input named `x` and the layers in a chain.
inline std::shared_ptr<Functional> chain(const Shape& shape, const std::vector<LayerPtr>& layers,
                                         const std::string& name = "m") {
  const Tensor input = input_of(shape);
  Tree x = input;
  for (const LayerPtr& layer : layers) x = layer->apply({x});
  return make_functional(input, x, name);
}

// Dense layers with these names and units after an Input named `x` of size 4.
inline std::shared_ptr<Functional> dense_chain(
    const std::string& name, const std::vector<std::pair<std::string, int>>& layers) {
  std::vector<LayerPtr> made;
  for (const auto& [layer_name, units] : layers) made.push_back(dense(units, layer_name));
  return chain({kNone, 4}, made, name);
}

// The names of the operations, in order.
inline std::vector<std::string> operation_names(const Model& model) {
  std::vector<std::string> names;
  for (const auto& operation : model.operations()) names.push_back(operation->name());
  return names;
}

inline std::shared_ptr<Sequential> stack(const std::vector<Tree>& entries,
                                         const std::string& name = "s") {
  return make_sequential(entries, name);
}

inline Tree entry(const LayerPtr& layer) { return Tree(std::static_pointer_cast<Object>(layer)); }

// Distinct values for all weights; variances stay positive.
inline void set_distinct_weights(Layer& layer) {
  double next = 0.25;
  for (const auto& variable : layer.weights()) {
    const Tensor value = Tensor::allocate(variable->shape(), DType::kFloat32);
    for (float& element : value.span<float>()) {
      element = static_cast<float>(next);
      next = next > 1 ? 0.125 : next + 0.0625;
    }
    variable->assign(value);
  }
}

// A tensor with values 0.5, 0.75, 1, ...
inline Tensor ramp(const Shape& shape) {
  const Tensor out = Tensor::allocate(shape, DType::kFloat32);
  double next = 0.5;
  for (float& element : out.span<float>()) {
    element = static_cast<float>(next);
    next += 0.25;
  }
  return out;
}

inline std::vector<float> numbers(const Tensor& tensor) {
  const auto span = tensor.span<float>();
  return {span.begin(), span.end()};
}

inline std::vector<float> predicted(Model& model, const Tree& inputs) {
  return numbers(flatten_tensors(model.predict_on_batch(inputs)).front());
}

}  // namespace keras::testing
