#include "layers/convolutional/base_depthwise_conv.h"

#include "base/byte_size.h"

namespace keras {

void BaseDepthwiseConv::fields(FieldVisitor& f) {
  Layer::fields(f);
  f("depth_multiplier", depth_multiplier_, "Output channels per input channel.");
  window_fields(f);
  format_fields(f);
  activation_fields(f);
  f("depthwise_initializer", depthwise_initializer_, "Initializer of the kernel.");
  f("bias_initializer", bias_initializer_, "Initializer of the bias.");
  f("depthwise_regularizer", depthwise_regularizer_, "Regularizer of the kernel.");
  f("bias_regularizer", bias_regularizer_, "Regularizer of the bias.");
  activity_regularizer_field(f);
  f("depthwise_constraint", depthwise_constraint_, "Constraint of the kernel.");
  f("bias_constraint", bias_constraint_, "Constraint of the bias.");
}

void BaseDepthwiseConv::validate() {
  standardize_window();
  require_positive("depth_multiplier", depth_multiplier_);
}

Shape BaseDepthwiseConv::kernel_shape(const Shape& input_shape) const {
  return window().concat({input_channels(input_shape), depth_multiplier_});
}

void BaseDepthwiseConv::build_one(const Shape& input_shape) {
  const int64_t channels = input_channels(input_shape);
  expect_channels(channels);
  kernel_ =
      add_weight("kernel", kernel_shape(input_shape), depthwise_initializer_,
                 {.regularizer = depthwise_regularizer_, .constraint = depthwise_constraint_});
  // Throws when the window does not fit.
  output_shape(input_shape);
  add_bias(checked_product(depth_multiplier_, channels), bias_initializer_, bias_regularizer_,
           bias_constraint_);
}

Shape BaseDepthwiseConv::output_shape(const Shape& input_shape) const {
  const int64_t channels = input_channels(input_shape);
  return convolved_shape(input_shape,
                         channels == kNone ? kNone : checked_product(depth_multiplier_, channels));
}

Tensor BaseDepthwiseConv::convolve(const Tensor& inputs) {
  return ops::depthwise_conv(inputs, kernel_->value(), conv_options());
}

}  // namespace keras
