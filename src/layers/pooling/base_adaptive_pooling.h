// The base of pooling to a given output size (keras/src/layers/pooling/base_adaptive_pooling.py).
#pragma once

#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"

namespace keras {

class BaseAdaptivePooling : public ShapedLayer {
 public:
  void fields(FieldVisitor& f) override;
  void validate() override;
  Tensor call_one(const Tensor& inputs, const CallArgs& args) override;

 protected:
  enum class Mode { kMax, kAverage };

  BaseAdaptivePooling(int rank, Mode mode) : rank_(rank), mode_(mode) {}
  Shape output_shape(const Shape& input_shape) const override;

 private:
  int rank_;
  Mode mode_;
  Given<"number | readonly number[]"> given_size_;
  Ints output_size_;
  DataFormat data_format_;
};

}  // namespace keras
