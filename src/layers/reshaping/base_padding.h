// The base of zero padding layers (keras/src/layers/reshaping/zero_padding2d.py and its siblings).
#pragma once

#include "layers/reshaping/axis_pairs.h"
#include "layers/shaped_layer.h"

namespace keras {

class BaseZeroPadding : public ShapedLayer {
 public:
  void fields(FieldVisitor& f) override;
  void validate() override;
  Tensor call_one(const Tensor& inputs, const CallArgs& args) override;

 protected:
  BaseZeroPadding(int rank, json::Value padding);
  Shape output_shape(const Shape& input_shape) const override;

 private:
  int rank_;
  AxisPairs padding_;
  DataFormat data_format_;
};

}  // namespace keras
