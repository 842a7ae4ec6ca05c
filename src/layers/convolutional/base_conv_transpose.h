// The base of transposed convolutions (keras/src/layers/convolutional/base_conv_transpose.py).
#pragma once

#include "layers/convolutional/convolution_layer.h"

namespace keras {

class BaseConvTranspose : public ConvolutionLayer {
 public:
  void fields(FieldVisitor& f) override;
  void validate() override;

 protected:
  using ConvolutionLayer::ConvolutionLayer;
  void build_one(const Shape& input_shape) override;
  Shape output_shape(const Shape& input_shape) const override;
  Tensor convolve(const Tensor& inputs) override;

 private:
  Tensor convolve_with(const Tensor& inputs, const Tensor& kernel) const;
  Shape kernel_shape(const Shape& input_shape) const;

  int64_t filters_ = 0;
  std::optional<IntTuple> output_padding_;
  InitializerPtr kernel_initializer_ = get_initializer("glorot_uniform");
  InitializerPtr bias_initializer_ = get_initializer("zeros");
  RegularizerPtr kernel_regularizer_, bias_regularizer_;
  ConstraintPtr kernel_constraint_, bias_constraint_;
  std::shared_ptr<Variable> kernel_;
};

}  // namespace keras
