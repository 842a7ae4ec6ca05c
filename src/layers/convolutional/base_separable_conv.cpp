#include "layers/convolutional/base_separable_conv.h"

namespace keras {

void BaseSeparableConv::fields(FieldVisitor& f) {
  Layer::fields(f);
  f("depth_multiplier", depth_multiplier_, "Depthwise channels per input channel.");
  f("filters", filters_, "Number of channels of the output.", Field::kRequired);
  window_fields(f);
  format_fields(f);
  activation_fields(f);
  f("depthwise_initializer", depthwise_initializer_, "Initializer of the depthwise kernel.");
  f("pointwise_initializer", pointwise_initializer_, "Initializer of the pointwise kernel.");
  f("bias_initializer", bias_initializer_, "Initializer of the bias.");
  f("depthwise_regularizer", depthwise_regularizer_, "Regularizer of the depthwise kernel.");
  f("pointwise_regularizer", pointwise_regularizer_, "Regularizer of the pointwise kernel.");
  f("bias_regularizer", bias_regularizer_, "Regularizer of the bias.");
  activity_regularizer_field(f);
  f("depthwise_constraint", depthwise_constraint_, "Constraint of the depthwise kernel.");
  f("pointwise_constraint", pointwise_constraint_, "Constraint of the pointwise kernel.");
  f("bias_constraint", bias_constraint_, "Constraint of the bias.");
}

void BaseSeparableConv::validate() {
  standardize_window();
  require_positive("depth_multiplier", depth_multiplier_);
  require_positive("filters", filters_);
}

BaseSeparableConv::KernelShapes BaseSeparableConv::kernel_shapes(const Shape& input_shape) const {
  const int64_t channels = input_channels(input_shape);
  const int64_t inner = channels == kNone ? kNone : channels * depth_multiplier_;
  Shape ones;
  for (int i = 0; i < rank_; ++i) ones.push_back(1);
  return {.depthwise = window().concat({channels, depth_multiplier_}),
          .pointwise = ones.concat({inner, filters_})};
}

void BaseSeparableConv::build_one(const Shape& input_shape) {
  expect_channels(input_channels(input_shape));
  const KernelShapes shapes = kernel_shapes(input_shape);
  depthwise_kernel_ =
      add_weight("depthwise_kernel", shapes.depthwise, depthwise_initializer_,
                 {.regularizer = depthwise_regularizer_, .constraint = depthwise_constraint_});
  pointwise_kernel_ =
      add_weight("pointwise_kernel", shapes.pointwise, pointwise_initializer_,
                 {.regularizer = pointwise_regularizer_, .constraint = pointwise_constraint_});
  // Throws when the window does not fit.
  output_shape(input_shape);
  add_bias(filters_, bias_initializer_, bias_regularizer_, bias_constraint_);
}

Shape BaseSeparableConv::output_shape(const Shape& input_shape) const {
  return convolved_shape(input_shape, filters_);
}

Tensor BaseSeparableConv::convolve(const Tensor& inputs) {
  return ops::separable_conv(inputs, depthwise_kernel_->value(), pointwise_kernel_->value(),
                             conv_options());
}

}  // namespace keras
