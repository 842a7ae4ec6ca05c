// The entry of a graph: a symbolic tensor of a given shape (keras/src/layers/core/input_layer.py).
#pragma once

#include "layers/layer.h"

namespace keras {

class InputLayer final : public Layer {
 public:
  void fields(FieldVisitor& f) override;
  // Takes `shape` and `batch_size`, `batch_shape`, or the names of older Keras for them; keys it
  // does not know are ignored, as Keras ignores them.
  void configure(const json::Object& config) override;

  const Shape& batch_shape() const { return batch_shape_; }
  DType dtype() const { return dtype_; }
  bool sparse() const { return sparse_; }
  bool optional() const { return optional_; }
  DType input_dtype() const override { return dtype_; }

  // The symbolic tensor that this layer makes.
  Tensor tensor();
  // Makes an existing symbolic tensor the output of this layer; its history points here from now
  // on.
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
// As keras.Input: a new symbolic tensor with an InputLayer behind it.
Tensor make_input(const InputOptions& options);
// As keras.Input(tensor=...).
Tensor wrap_input(const Tensor& tensor, const std::string& name, bool optional);

}  // namespace keras
