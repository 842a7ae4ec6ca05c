// The base of upsampling layers (keras/src/layers/reshaping/up_sampling2d.py and its siblings).
#pragma once

#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"

namespace keras {

class BaseUpSampling : public ShapedLayer {
 public:
  void fields(FieldVisitor& f) override;
  void validate() override;
  Tensor call_one(const Tensor& inputs, const CallArgs& args) override;

 protected:
  explicit BaseUpSampling(int rank);
  Shape output_shape(const Shape& input_shape) const override;

  IntTuple size_;
  DataFormat data_format_;

 private:
  int rank_;
};

}  // namespace keras
