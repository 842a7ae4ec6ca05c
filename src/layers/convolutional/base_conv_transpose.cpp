#include "layers/convolutional/base_conv_transpose.h"

#include "base/error.h"
#include "graph/keras_tensor.h"

namespace keras {

void BaseConvTranspose::fields(FieldVisitor& f) {
  Layer::fields(f);
  f("filters", filters_, "Number of channels of the output.", Field::kRequired);
  window_fields(f);
  f("output_padding", output_padding_, "Added to one side of the output; less than the strides.");
  format_fields(f);
  activation_fields(f);
  f("kernel_initializer", kernel_initializer_, "Initializer of the kernel.");
  f("bias_initializer", bias_initializer_, "Initializer of the bias.");
  f("kernel_regularizer", kernel_regularizer_, "Regularizer of the kernel.");
  f("bias_regularizer", bias_regularizer_, "Regularizer of the bias.");
  activity_regularizer_field(f);
  f("kernel_constraint", kernel_constraint_, "Constraint of the kernel.");
  f("bias_constraint", bias_constraint_, "Constraint of the bias.");
}

void BaseConvTranspose::validate() {
  standardize_window();
  if (output_padding_) output_padding_->standardize(rank_, "output_padding", /*allow_zero=*/true);
  require_positive("filters", filters_);
  for (size_t i = 0; output_padding_ && i < static_cast<size_t>(rank_); ++i) {
    const int64_t padding = (*output_padding_)[i];
    if (padding < strides_[i]) continue;
    raise_value_error(
        {"`output_padding` must be strictly less than `strides` for all dimensions. At dimension ",
         std::to_string(i), ", `output_padding` is ", std::to_string(padding), " but `strides` is ",
         std::to_string(strides_[i]), ". Received: output_padding=", repr(*output_padding_),
         ", strides=", repr(strides_)});
  }
  refuse_strided_dilation();
}

Shape BaseConvTranspose::kernel_shape(const Shape& input_shape) const {
  return window().concat({filters_, input_channels(input_shape)});
}

void BaseConvTranspose::build_one(const Shape& input_shape) {
  expect_channels(input_channels(input_shape));
  kernel_ = add_weight("kernel", kernel_shape(input_shape), kernel_initializer_,
                       {.regularizer = kernel_regularizer_, .constraint = kernel_constraint_});
  add_bias(filters_, bias_initializer_, bias_regularizer_, bias_constraint_);
}

Shape BaseConvTranspose::output_shape(const Shape& input_shape) const {
  const ShapesOnlyScope scope;
  return convolve_with(Tensor::abstract(input_shape, DType::kFloat32),
                       Tensor::abstract(kernel_shape(input_shape), DType::kFloat32))
      .shape();
}

Tensor BaseConvTranspose::convolve(const Tensor& inputs) {
  return convolve_with(inputs, kernel_->value());
}

Tensor BaseConvTranspose::convolve_with(const Tensor& inputs, const Tensor& kernel) const {
  std::optional<Ints> output_padding;
  if (output_padding_) output_padding = output_padding_->values();
  return ops::conv_transpose(inputs, kernel, conv_options(), output_padding);
}

}  // namespace keras
