// InputLayer: the entry of a graph, with a KerasTensor of a given shape
// (keras/src/layers/core/input_layer.py).
#pragma once

#include "layers/layer.h"

namespace keras {

class InputLayer final : public Layer {
 public:
  void fields(FieldVisitor& f) override;
  // Accepts `shape` and `batch_size`, `batch_shape`, or their names in older Keras. Like Keras,
  // ignores unknown keys.
  void configure(const json::Object& config) override;

  const Shape& batch_shape() const { return batch_shape_; }
  DType dtype() const { return dtype_; }
  bool sparse() const { return sparse_; }
  bool optional() const { return optional_; }
  DType input_dtype() const override { return dtype_; }

  // The output of this layer.
  Tensor tensor();
  // Makes an existing KerasTensor the output of this layer and redirects its history.
  void wrap(const Tensor& tensor);

  const CallSignature& call_signature() const override;
  Tree call(const CallArgs& args) override;

 private:
  Shape batch_shape_;
  DType dtype_ = DType::kFloat32;
  bool sparse_ = false;
  bool ragged_ = false;
  bool optional_ = false;
  // An unnamed Input gives its tensor a name of its own (`keras_tensor`).
  std::string tensor_name_;
};

extern const ClassInfo kInputLayerClass;

struct InputOptions {
  Shape batch_shape;
  DType dtype = DType::kFloat32;
  std::string name = "";  // automatic when empty
  bool sparse = false;
  bool optional = false;
};
std::shared_ptr<InputLayer> make_input_layer(const InputOptions& options);
// As keras.Input: a new KerasTensor made by an InputLayer.
Tensor make_input(const InputOptions& options);
// As keras.Input(tensor=...).
Tensor wrap_input(const Tensor& tensor, const std::string& name, bool optional);

}  // namespace keras
