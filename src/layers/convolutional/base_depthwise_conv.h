// The base of depthwise convolutions, which convolve each channel separately
// (keras/src/layers/convolutional/base_depthwise_conv.py).
#pragma once

#include "layers/convolutional/convolution_layer.h"

namespace keras {

class BaseDepthwiseConv : public ConvolutionLayer {
 public:
  void fields(FieldVisitor& f) override;
  void validate() override;

 protected:
  using ConvolutionLayer::ConvolutionLayer;
  void build_one(const Shape& input_shape) override;
  Shape output_shape(const Shape& input_shape) const override;
  Tensor convolve(const Tensor& inputs) override;

 private:
  Shape kernel_shape(const Shape& input_shape) const;

  int64_t depth_multiplier_ = 1;
  InitializerPtr depthwise_initializer_ = get_initializer("glorot_uniform");
  InitializerPtr bias_initializer_ = get_initializer("zeros");
  RegularizerPtr depthwise_regularizer_, bias_regularizer_;
  ConstraintPtr depthwise_constraint_, bias_constraint_;
  std::shared_ptr<Variable> kernel_;
};

}  // namespace keras
