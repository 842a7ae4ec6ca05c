// The base of cropping layers (keras/src/layers/reshaping/cropping2d.py and its siblings).
#pragma once

#include "layers/reshaping/axis_pairs.h"
#include "layers/shaped_layer.h"

namespace keras {

class BaseCropping : public ShapedLayer {
 public:
  void fields(FieldVisitor& f) override;
  void validate() override;
  Tensor call_one(const Tensor& inputs, const CallArgs& args) override;

 protected:
  BaseCropping(int rank, json::Value cropping);
  Shape output_shape(const Shape& input_shape) const override;

 private:
  Shape cropped(const Shape& input_shape, std::string_view label) const;

  int rank_;
  AxisPairs cropping_;
  DataFormat data_format_;
};

}  // namespace keras
