#include "layers/convolutional/convolution_layer.h"

#include "base/error.h"
#include "graph/keras_tensor.h"
#include "ops/common/activate.h"
#include "ops/numpy.h"

namespace keras {

ConvolutionLayer::ConvolutionLayer(int rank) : rank_(rank) {
  set_input_specs({{.min_ndim = rank + 2}});
}

void ConvolutionLayer::window_fields(FieldVisitor& f) {
  f("kernel_size", kernel_size_, "Size of the window.", Field::kRequired);
  f("strides", strides_, "Strides of the window.");
  f("padding", padding_, "`valid` (none) or `same`; also `causal` for Conv1D.");
}

void ConvolutionLayer::format_fields(FieldVisitor& f) {
  f("data_format", data_format_, "Position of the channels axis.");
  f("dilation_rate", dilation_rate_, "Distance between the elements of the window.");
}

void ConvolutionLayer::activation_fields(FieldVisitor& f) {
  f("activation", activation_, "Activation of the output; linear when null.");
  f("use_bias", use_bias_, "Whether a bias is added to each channel.");
}

void ConvolutionLayer::activity_regularizer_field(FieldVisitor& f) {
  f("activity_regularizer", activity_regularizer_, "Regularizer of the output.");
}

void ConvolutionLayer::standardize_window(bool allow_causal) {
  kernel_size_.standardize(rank_, "kernel_size");
  strides_.standardize(rank_, "strides");
  dilation_rate_.standardize(rank_, "dilation_rate");
  padding_ = standardize_padding(padding_, allow_causal);
}

void ConvolutionLayer::refuse_strided_dilation() const {
  if (strides_.max() > 1 && dilation_rate_.max() > 1) {
    raise_value_error(
        {"`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: strides=",
         repr(strides_), " and dilation_rate=", repr(dilation_rate_)});
  }
}

void ConvolutionLayer::require_positive(std::string_view name, int64_t value) {
  if (value > 0) return;
  raise_value_error({"Invalid value for argument `", std::string(name),
                     "`. Expected a strictly positive value. Received ", std::string(name), "=",
                     std::to_string(value), "."});
}

int64_t ConvolutionLayer::input_channels(const Shape& input_shape) const {
  return dim_at(input_shape, data_format_.channel_axis());
}

void ConvolutionLayer::expect_channels(int64_t channels) {
  set_input_specs({{.min_ndim = rank_ + 2, .axes = {{data_format_.channel_axis(), channels}}}});
}

void ConvolutionLayer::add_bias(int64_t size, const InitializerPtr& initializer,
                                const RegularizerPtr& regularizer,
                                const ConstraintPtr& constraint) {
  if (!use_bias_) return;
  bias_ = add_weight("bias", {size}, initializer,
                     {.regularizer = regularizer, .constraint = constraint});
}

ops::ConvOptions ConvolutionLayer::conv_options() const {
  return {.strides = strides_.values(),
          .padding = padding_,
          .data_format = std::string(data_format_.name()),
          .dilation_rate = dilation_rate_.values()};
}

Shape ConvolutionLayer::convolved_shape(const Shape& input_shape, int64_t filters) const {
  const ShapesOnlyScope scope;
  ops::ConvOptions options = conv_options();
  if (options.padding == "causal") options.padding = "same";
  const Shape kernel = window().concat({input_channels(input_shape), filters});
  return ops::conv(Tensor::abstract(input_shape, DType::kFloat32),
                   Tensor::abstract(kernel, DType::kFloat32), options)
      .shape();
}

Tensor ConvolutionLayer::call_one(const Tensor& inputs, const CallArgs&) {
  Tensor outputs = convolve(inputs);
  if (bias_) {
    std::vector<int64_t> shape(static_cast<size_t>(rank_) + 2, 1);
    shape[data_format_.channels_first ? 1 : shape.size() - 1] = bias_->shape()[0];
    outputs = ops::add(outputs, ops::reshape(bias_->value(), shape));
  }
  return ops::activate(activation_, outputs);
}

}  // namespace keras
