// Rescaling: inputs * scale + offset (keras/src/layers/preprocessing/rescaling.py).
#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "serialization/deserialize.h"

namespace keras {
namespace {

using NumberOrList = Given<"number | readonly number[]">;

class Rescaling final : public ElementwiseLayer {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("scale", scale_, "Factor of the inputs: a number, or one per channel.", Field::kRequired);
    f("offset", offset_, "Added after scaling: a number, or one per channel.");
  }

  // Values may also be records of arrays.
  void validate() override {
    scale_value_ = ops::Operand(deserialize_keras_object(scale_.value)).tensor();
    offset_value_ = ops::Operand(deserialize_keras_object(offset_.value)).tensor();
  }

  bool supports_masking() const override { return true; }
  bool allows_non_tensor_arguments() const override { return true; }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    const DType dtype = compute_dtype();
    return ops::add(ops::multiply(ops::cast(inputs, dtype), ops::cast(scale_value_, dtype)),
                    ops::cast(offset_value_, dtype));
  }

 private:
  NumberOrList scale_;
  NumberOrList offset_{0.0};
  Tensor scale_value_, offset_value_;
};

}  // namespace

KERAS_LAYER(Rescaling)

}  // namespace keras
