// Convolutions (keras/src/backend/jax/nn.py: conv, depthwise_conv, separable_conv).
#include "kernels/conv.h"

#include <algorithm>

#include "kernels/depthwise_conv.h"
#include "ops/common/epilogue.h"
#include "ops/common/packed.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/nn/packed_conv_step.h"
#include "ops/nn/window.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

struct ConvKernel {
  static constexpr std::string_view kName = "conv";
  static constexpr bool kScalesWeights = true;
  kernels::Conv p;

  int64_t packed_floats() const { return kernels::conv_packed_floats(p); }
  int64_t scratch_floats() const { return kernels::conv_scratch_floats(p); }
  void pack(const float* weights, float* packed, const float* scale) const {
    kernels::pack_conv(p, weights, packed, scale);
  }
  bool take_padding(const runtime::ZeroPadding& padding) {
    return ops::take_padding(p.window, padding);
  }
  void run(const float* x, const float* packed, float* y, float* scratch,
           const kernels::Epilogue& epilogue) const {
    kernels::conv(p, x, packed, y, scratch, epilogue);
  }
};

class DepthwiseConvStep final : public Step {
 public:
  DepthwiseConvStep(const kernels::DepthwiseConv& p, int64_t weights) : p_(p), weights_(weights) {}
  std::string_view name() const override { return "depthwise_conv"; }

  std::vector<int> bind_constants(std::span<const Tensor> constants) override {
    const float* scale = epilogue_.scale();
    if (!constants[1] || scale == nullptr) return {};
    const int64_t channels = p_.channels * p_.multiplier;
    const float* weights = constants[1].data<float>();
    float* scaled = scaled_.allocate(weights_);
    for (int64_t i = 0; i < weights_; i += channels) {
      for (int64_t j = 0; j < channels; ++j) scaled[i + j] = weights[i + j] * scale[j];
    }
    return {1};
  }
  bool fuse_activation(const runtime::Activation& activation) override {
    return epilogue_.fuse(activation);
  }
  bool fuse_affine(const runtime::ChannelAffine& affine,
                   std::span<const Tensor> constants) override {
    return (affine.scale.empty() || constants[1]) && epilogue_.fuse(affine);
  }
  bool fuse_padding(const runtime::ZeroPadding& padding) override {
    return take_padding(p_.window, padding);
  }
  size_t scratch_bytes() const override {
    return scratch_floats(kernels::depthwise_conv_scratch_floats(p_));
  }
  void run(std::span<const View> in, std::span<const View> out, std::byte* scratch) const override {
    kernels::depthwise_conv(p_, in[0].as<float>(), scaled_ ? scaled_.data() : in[1].as<float>(),
                            out[0].as<float>(), reinterpret_cast<float*>(scratch),
                            epilogue_.epilogue());
  }

 private:
  kernels::DepthwiseConv p_;
  int64_t weights_;
  FusedEpilogue epilogue_;
  Packed scaled_;
};

void check_ranks(const Tensor& inputs, const Tensor& kernel) {
  if (inputs.rank() != kernel.rank() || inputs.rank() < 3 || inputs.rank() > 5) {
    raise_value_error(
        {"Kernel shape must have the same length as input, but received kernel of "
         "shape ",
         repr(kernel.shape()), " and input of shape ", repr(inputs.shape()), "."});
  }
}

WindowSpec spec_of(const Tensor& kernel, const ConvOptions& options) {
  const int axes = kernel.rank() - 2;
  return {.kernel = positive_per_axis(kernel.shape().slice(0, axes).dims(), axes, "kernel_size"),
          .strides = positive_per_axis(options.strides, axes, "strides"),
          .dilation = positive_per_axis(options.dilation_rate, axes, "dilation_rate"),
          .same = is_same_padding(options.padding)};
}

// Keras's description of the arguments when the output would be empty.
std::string received(const Tensor& x, const Tensor& kernel, const WindowSpec& spec) {
  return " `inputs shape=" + repr(x.shape()) + "`, `kernel shape=" + repr(kernel.shape()) +
         "`, `dilation_rate=" + numpy_text(spec.dilation) +
         "`, `strides=" + repr(Shape(spec.strides)) +
         "`, `padding=" + (spec.same ? "same" : "valid") + "`.";
}

// Tensors are float32 and channels_last.
Tensor conv_last(const Tensor& x, const Tensor& kernel, const ConvOptions& options) {
  const WindowSpec spec = spec_of(kernel, options);
  const std::vector<int64_t> input = spatial_dims(x.shape());
  const std::vector<int64_t> output =
      window_output(input, spec, [&] { return received(x, kernel, spec); });
  const int64_t channels = x.shape().back();
  const int64_t group_channels = kernel.shape()[kernel.rank() - 2];
  const int64_t filters = kernel.shape().back();
  const bool fits =
      channels == kNone || (channels > 0 && group_channels > 0 && channels % group_channels == 0);
  const int64_t groups = channels == kNone || !fits ? 1 : channels / group_channels;
  if (!fits || filters % groups != 0) {
    raise_value_error(
        {"The number of input channels must be evenly divisible by kernel's "
         "in_channels. Received input channels ",
         std::to_string(channels), " and kernel in_channels ", std::to_string(group_channels),
         ". "});
  }
  const Shape shape = channels_last_shape(x.shape()[0], output, filters);
  return emit({x, kernel}, Spec{shape, DType::kFloat32}, [&] {
    return std::make_unique<PackedConvStep<ConvKernel>>(
        ConvKernel{{.window = window_of(input, output, spec),
                    .batch = x.shape()[0],
                    .in_channels = channels,
                    .out_channels = filters,
                    .groups = groups}});
  });
}

Tensor depthwise_last(const Tensor& x, const Tensor& kernel, const ConvOptions& options) {
  const WindowSpec spec = spec_of(kernel, options);
  const std::vector<int64_t> input = spatial_dims(x.shape());
  const std::vector<int64_t> output =
      window_output(input, spec, [&] { return received(x, kernel, spec); });
  const int64_t channels = kernel.shape()[kernel.rank() - 2];
  const int64_t multiplier = kernel.shape().back();
  if (x.shape().back() != kNone && x.shape().back() != channels) {
    raise_value_error(
        {"The number of input channels must match the kernel's. Received: input "
         "channels ",
         std::to_string(x.shape().back()), ", kernel shape ", repr(kernel.shape()), "."});
  }
  const Shape shape = channels_last_shape(x.shape()[0], output, times(channels, multiplier));
  return emit({x, kernel}, Spec{shape, DType::kFloat32}, [&] {
    return std::make_unique<DepthwiseConvStep>(
        kernels::DepthwiseConv{.window = window_of(input, output, spec),
                               .batch = x.shape()[0],
                               .channels = channels,
                               .multiplier = multiplier},
        kernel.size());
  });
}

using LastForm = Tensor (*)(const Tensor&, const Tensor&, const ConvOptions&);

// Converts from any data format and float dtype to `form` and back.
Tensor in_last_form(LastForm form, const Tensor& inputs, const Tensor& kernel,
                    const ConvOptions& options) {
  check_ranks(inputs, kernel);
  const bool first = is_channels_first(options.data_format);
  const DType dtype = float_of(kernel.dtype());
  const Tensor x = cast(inputs, DType::kFloat32);
  const Tensor y = form(first ? to_channels_last(x) : x, cast(kernel, DType::kFloat32), options);
  return cast(first ? to_channels_first(y) : y, dtype);
}

Tensor conv_op(const Tensor& inputs, const Tensor& kernel, const Ints& strides,
               const std::string& padding, const DataFormat& data_format,
               const Ints& dilation_rate) {
  return conv(inputs, kernel, {strides, padding, data_format, dilation_rate});
}

Tensor depthwise_conv_op(const Tensor& inputs, const Tensor& kernel, const Ints& strides,
                         const std::string& padding, const DataFormat& data_format,
                         const Ints& dilation_rate) {
  return depthwise_conv(inputs, kernel, {strides, padding, data_format, dilation_rate});
}

Tensor separable_conv_op(const Tensor& inputs, const Tensor& depthwise_kernel,
                         const Tensor& pointwise_kernel, const Ints& strides,
                         const std::string& padding, const DataFormat& data_format,
                         const Ints& dilation_rate) {
  return separable_conv(inputs, depthwise_kernel, pointwise_kernel,
                        {strides, padding, data_format, dilation_rate});
}

}  // namespace

KERAS_OP("ops.nn", Conv, conv_op,
         "inputs, kernel, .strides=1, .padding='valid', .data_format=None, .dilation_rate=1")
KERAS_OP("ops.nn", DepthwiseConv, depthwise_conv_op,
         "inputs, kernel, .strides=1, .padding='valid', .data_format=None, .dilation_rate=1")
KERAS_OP("ops.nn", SeparableConv, separable_conv_op,
         "inputs, depthwise_kernel, pointwise_kernel, .strides=1, .padding='valid', "
         ".data_format=None, .dilation_rate=1")

Tensor conv(const Tensor& inputs, const Tensor& kernel, const ConvOptions& options) {
  if (makes_node(rows::Conv, {inputs, kernel})) {
    return make_node(rows::Conv, {inputs, kernel, options.strides, options.padding,
                                  options.data_format, options.dilation_rate});
  }
  return in_last_form(conv_last, inputs, kernel, options);
}

Tensor depthwise_conv(const Tensor& inputs, const Tensor& kernel, const ConvOptions& options) {
  if (makes_node(rows::DepthwiseConv, {inputs, kernel})) {
    return make_node(rows::DepthwiseConv, {inputs, kernel, options.strides, options.padding,
                                           options.data_format, options.dilation_rate});
  }
  return in_last_form(depthwise_last, inputs, kernel, options);
}

Tensor separable_conv(const Tensor& inputs, const Tensor& depthwise_kernel,
                      const Tensor& pointwise_kernel, const ConvOptions& options) {
  if (makes_node(rows::SeparableConv, {inputs, depthwise_kernel, pointwise_kernel})) {
    return make_node(rows::SeparableConv,
                     {inputs, depthwise_kernel, pointwise_kernel, options.strides, options.padding,
                      options.data_format, options.dilation_rate});
  }
  ConvOptions pointwise;
  pointwise.data_format = options.data_format;
  return conv(depthwise_conv(inputs, depthwise_kernel, options), pointwise_kernel, pointwise);
}

}  // namespace keras::ops
