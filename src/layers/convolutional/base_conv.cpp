#include "layers/convolutional/base_conv.h"

#include "base/error.h"
#include "ops/numpy.h"

namespace keras {

void BaseConv::fields(FieldVisitor& f) {
  Layer::fields(f);
  f("filters", filters_, "Number of channels of the output.", Field::kRequired);
  window_fields(f);
  format_fields(f);
  f("groups", groups_, "Groups of channels that are convolved separately.");
  activation_fields(f);
  f("kernel_initializer", kernel_initializer_, "Initializer of the kernel.");
  f("bias_initializer", bias_initializer_, "Initializer of the bias.");
  f("kernel_regularizer", kernel_regularizer_, "Regularizer of the kernel.");
  f("bias_regularizer", bias_regularizer_, "Regularizer of the bias.");
  activity_regularizer_field(f);
  f("kernel_constraint", kernel_constraint_, "Constraint of the kernel.");
  f("bias_constraint", bias_constraint_, "Constraint of the bias.");
  lora_.fields(f);
}

void BaseConv::validate() {
  standardize_window(/*allow_causal=*/rank_ == 1);
  require_positive("filters", filters_);
  if (groups_ <= 0) {
    raise_value_error({"The number of groups must be a positive integer. Received: groups=",
                       std::to_string(groups_), "."});
  }
  if (filters_ % groups_ != 0) {
    raise_value_error(
        {"The number of filters must be evenly divisible by the number of groups. Received: "
         "groups=",
         std::to_string(groups_), ", filters=", std::to_string(filters_), "."});
  }
  refuse_strided_dilation();
  lora_.validate();
}

Shape BaseConv::kernel_shape(const Shape& input_shape) const {
  const int64_t channels = input_channels(input_shape);
  return window().concat({channels == kNone ? kNone : channels / groups_, filters_});
}

void BaseConv::build_one(const Shape& input_shape) {
  const int64_t channels = input_channels(input_shape);
  expect_channels(channels);
  if (channels != kNone && channels % groups_ != 0) {
    raise_value_error(
        {"The number of input channels must be evenly divisible by the number of groups. Received "
         "groups=",
         std::to_string(groups_), ", but the input has ", std::to_string(channels),
         " channels (full input shape is ", repr(input_shape), ")."});
  }
  const Shape shape = kernel_shape(input_shape);
  kernel_ = add_weight("kernel", shape, kernel_initializer_,
                       {.regularizer = kernel_regularizer_, .constraint = kernel_constraint_});
  // Throws when the window does not fit.
  output_shape(input_shape);
  add_bias(filters_, bias_initializer_, bias_regularizer_, bias_constraint_);
  if (lora_.wanted()) enable_lora(shape);
}

void BaseConv::enable_lora(const Shape& kernel) {
  if (kernel_constraint_) {
    raise_value_error(
        {"Lora is incompatible with kernel constraints. In order to enable lora on this layer, "
         "remove "
         "the `kernel_constraint` argument."});
  }
  const WeightOptions options{.dtype = DType::kFloat32, .regularizer = kernel_regularizer_};
  const auto a = add_weight("lora_kernel_a", kernel.with_last(lora_.rank()),
                            get_initializer("he_uniform"), options);
  lora_.enable(
      a, add_weight("lora_kernel_b", {lora_.rank(), filters_}, get_initializer("zeros"), options));
  kernel_->set_trainable(false);
}

SavedState BaseConv::saved_state() const {
  SavedState state;
  for (const auto& variable : {kernel_, bias()}) {
    if (variable) state.variables.push_back(variable);
  }
  lora_.save_merged(state, [this]() -> SavedState::Values {
    return {{kernel_, lora_.apply(kernel_->value(), compute_dtype())}};
  });
  return state;
}

Shape BaseConv::output_shape(const Shape& input_shape) const {
  return convolved_shape(input_shape, filters_);
}

Tensor BaseConv::convolve(const Tensor& inputs) {
  const Tensor kernel = lora_.apply(kernel_->value(), compute_dtype());
  if (padding_ != "causal") return ops::conv(inputs, kernel, conv_options());
  std::vector<ops::PadWidth> widths(3);
  widths[static_cast<size_t>(data_format_.spatial_axis())].before =
      dilation_rate_[0] * (kernel_size_[0] - 1);
  ops::ConvOptions options = conv_options();
  options.padding = "valid";
  return ops::conv(ops::pad(inputs, widths), kernel, options);
}

}  // namespace keras
