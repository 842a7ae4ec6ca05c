// The base of pooling over all spatial axes (keras/src/layers/pooling/base_global_pooling.py).
#pragma once

#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"
#include "ops/common/operand.h"

namespace keras {

class BaseGlobalPooling : public ShapedLayer {
 public:
  void fields(FieldVisitor& f) override;

 protected:
  explicit BaseGlobalPooling(int rank);
  Shape output_shape(const Shape& input_shape) const override;
  ops::Axes spatial_axes() const;

  DataFormat data_format_;
  bool keepdims_ = false;

 private:
  int rank_;
};

}  // namespace keras
