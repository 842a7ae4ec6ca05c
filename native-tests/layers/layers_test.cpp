// Construction, build and output shapes of single layers, against Keras
// (tools/fixtures/make_layers.py).
#include <gtest/gtest.h>

#include "graph/keras_tensor.h"
#include "layers/layer.h"
#include "models/builtins.h"
#include "serialization/registry.h"
#include "testing/keras_answers.h"
#include "testing/rows_of.h"

namespace keras::testing {
namespace {

LayerPtr make_layer(const json::Value& row) {
  const ClassInfo* info = find_public_class("keras.layers", row.find("class_name")->as_string());
  if (info == nullptr) throw std::runtime_error("unknown class");
  return std::static_pointer_cast<Layer>(construct(*info, row.find("arguments")->as_object()));
}

json::Value build(const LayerPtr& layer, const json::Value& shape) {
  layer->build(shape_tree_from_json(shape));
  json::Array weights;
  for (const auto& weight : layer->weights()) {
    weights.push_back(json::Array{weight->name(), FieldTraits<Shape>::write(weight->shape()),
                                  dtype_name(weight->dtype()), weight->trainable()});
  }
  return json::Object{{"weights", std::move(weights)}, {"config", layer->get_config()}};
}

json::Value output_shape(const LayerPtr& layer, const json::Value& shape) {
  const BuildShapes shapes{{{"input_shape", shape_tree_from_json(shape)}}};
  return to_json(layer->compute_output_shape(shapes));
}

json::Value symbolic(const LayerPtr& layer, const json::Value& inputs) {
  Tree::Sequence tensors;
  for (const json::Value& input : inputs.as_array()) {
    tensors.push_back(make_keras_tensor(FieldTraits<Shape>::read(input.as_array()[0]),
                                        parse_dtype(input.as_array()[1].as_string())));
  }
  const std::string_view name = layer->class_info().class_name;
  const bool merges = name == "Add" || name == "Concatenate" || name == "Dot";
  const Tensor output = layer->apply({merges ? Tree::list(tensors) : tensors.front()}).as_tensor();
  return json::Array{FieldTraits<Shape>::write(output.shape()), dtype_name(output.dtype())};
}

TEST(Layers, AnswerAsKerasDoes) {
  for (const json::Value& row : rows_of("layers/rows.json", "rows")) {
    const std::string& call = row.find("call")->as_string();
    const json::Value& given = *row.find("given");
    SCOPED_TRACE(row.find("class_name")->as_string() + " " + repr(*row.find("arguments")) + " " +
                 call + " " + repr(given));
    clear_session();
    expect_answer(row, [&] {
      const LayerPtr layer = make_layer(row);
      return call == "build"          ? build(layer, given)
             : call == "output_shape" ? output_shape(layer, given)
             : call == "symbolic"
                 ? symbolic(layer, given)
                 : json::Value(json::Array{layer->supports_masking(), layer->built()});
    });
  }
}

}  // namespace
}  // namespace keras::testing
