// The base of Conv1D, Conv2D and Conv3D (keras/src/layers/convolutional/base_conv.py).
#pragma once

#include "layers/convolutional/convolution_layer.h"
#include "layers/lora.h"

namespace keras {

class BaseConv : public ConvolutionLayer {
 public:
  void fields(FieldVisitor& f) override;
  void validate() override;
  SavedState saved_state() const override;

 protected:
  using ConvolutionLayer::ConvolutionLayer;
  void build_one(const Shape& input_shape) override;
  Shape output_shape(const Shape& input_shape) const override;
  Tensor convolve(const Tensor& inputs) override;

 private:
  Shape kernel_shape(const Shape& input_shape) const;
  void enable_lora(const Shape& kernel);

  int64_t filters_ = 0;
  int64_t groups_ = 1;
  InitializerPtr kernel_initializer_ = get_initializer("glorot_uniform");
  InitializerPtr bias_initializer_ = get_initializer("zeros");
  RegularizerPtr kernel_regularizer_, bias_regularizer_;
  ConstraintPtr kernel_constraint_, bias_constraint_;
  LoraUpdate lora_;
  std::shared_ptr<Variable> kernel_;
};

}  // namespace keras
