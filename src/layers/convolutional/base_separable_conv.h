// The base of separable convolutions: a depthwise, then a pointwise convolution
// (keras/src/layers/convolutional/base_separable_conv.py).
#pragma once

#include "layers/convolutional/convolution_layer.h"

namespace keras {

class BaseSeparableConv : public ConvolutionLayer {
 public:
  void fields(FieldVisitor& f) override;
  void validate() override;

 protected:
  using ConvolutionLayer::ConvolutionLayer;
  void build_one(const Shape& input_shape) override;
  Shape output_shape(const Shape& input_shape) const override;
  Tensor convolve(const Tensor& inputs) override;

 private:
  struct KernelShapes {
    Shape depthwise, pointwise;
  };
  KernelShapes kernel_shapes(const Shape& input_shape) const;

  int64_t depth_multiplier_ = 1;
  int64_t filters_ = 0;
  InitializerPtr depthwise_initializer_ = get_initializer("glorot_uniform");
  InitializerPtr pointwise_initializer_ = get_initializer("glorot_uniform");
  InitializerPtr bias_initializer_ = get_initializer("zeros");
  RegularizerPtr depthwise_regularizer_, pointwise_regularizer_, bias_regularizer_;
  ConstraintPtr depthwise_constraint_, pointwise_constraint_, bias_constraint_;
  std::shared_ptr<Variable> depthwise_kernel_, pointwise_kernel_;
};

}  // namespace keras
