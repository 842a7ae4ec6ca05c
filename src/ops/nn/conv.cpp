// Convolutions (keras/src/backend/jax/nn.py: conv, depthwise_conv, separable_conv).
#include "kernels/conv.h"

#include <algorithm>

#include "kernels/depthwise_conv.h"
#include "ops/common/epilogue.h"
#include "ops/common/packed.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/nn/conv_fields.h"
#include "ops/nn/window.h"

namespace keras::ops {
namespace {

class ConvStep final : public Step {
 public:
  explicit ConvStep(const kernels::Conv& p) : p_(p) {}
  std::string_view name() const override { return "conv"; }

  std::vector<int> bind_constants(std::span<const Tensor> constants) override {
    if (!constants[1]) return {};
    kernels::pack_conv(p_, constants[1].data<float>(),
                       packed_.allocate(kernels::conv_packed_floats(p_)), epilogue_.scale());
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
    const int64_t packed = packed_ ? 0 : packed_floats();
    return scratch_floats(packed + kernels::conv_scratch_floats(p_));
  }
  void run(std::span<const View> in, std::span<const View> out, std::byte* scratch) const override {
    auto* floats = reinterpret_cast<float*>(scratch);
    const float* packed = nullptr;
    if (packed_) {
      packed = packed_.data();
    } else {
      kernels::pack_conv(p_, in[1].as<float>(), floats);
      packed = floats;
      floats += packed_floats();
    }
    kernels::conv(p_, in[0].as<float>(), packed, out[0].as<float>(), floats, epilogue_.epilogue());
  }

 private:
  // Rounded up, so that the scratch behind it stays aligned.
  int64_t packed_floats() const { return (kernels::conv_packed_floats(p_) + 15) / 16 * 16; }

  kernels::Conv p_;
  FusedEpilogue epilogue_;
  Packed packed_;
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

// What Keras prints of the arguments when nothing is left of the input.
std::string received(const Tensor& x, const Tensor& kernel, const WindowSpec& spec) {
  return " `inputs shape=" + repr(x.shape()) + "`, `kernel shape=" + repr(kernel.shape()) +
         "`, `dilation_rate=" + numpy_text(spec.dilation) +
         "`, `strides=" + repr(Shape(spec.strides)) +
         "`, `padding=" + (spec.same ? "same" : "valid") + "`.";
}

// Both as float32, channels last.
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
    return std::make_unique<ConvStep>(kernels::Conv{.window = window_of(input, output, spec),
                                                    .batch = x.shape()[0],
                                                    .in_channels = channels,
                                                    .out_channels = filters,
                                                    .groups = groups});
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

// Either data format and any float dtype, by way of the form above.
Tensor in_last_form(LastForm form, const Tensor& inputs, const Tensor& kernel,
                    const ConvOptions& options) {
  check_ranks(inputs, kernel);
  const bool first = is_channels_first(options.data_format);
  const DType dtype = float_of(kernel.dtype());
  const Tensor x = cast(inputs, DType::kFloat32);
  const Tensor y = form(first ? to_channels_last(x) : x, cast(kernel, DType::kFloat32), options);
  return cast(first ? to_channels_first(y) : y, dtype);
}

}  // namespace

json::Object conv_fields(const ConvOptions& options) {
  return {{"strides", FieldTraits<Ints>::write(options.strides)},
          {"padding", options.padding},
          {"data_format", options.data_format},
          {"dilation_rate", FieldTraits<Ints>::write(options.dilation_rate)}};
}

ConvOptions conv_options(const OpCall& c) {
  ConvOptions options;
  options.strides = FieldTraits<Ints>::read(c.field("strides"));
  options.padding = c.string("padding");
  options.data_format = c.data_format();
  options.dilation_rate = FieldTraits<Ints>::read(c.field("dilation_rate"));
  return options;
}

Tensor conv(const Tensor& inputs, const Tensor& kernel, const ConvOptions& options) {
  if (makes_node({inputs, kernel})) {
    return make_node("Conv", {inputs, kernel}, conv_fields(options)).as_tensor();
  }
  return in_last_form(conv_last, inputs, kernel, options);
}

Tensor depthwise_conv(const Tensor& inputs, const Tensor& kernel, const ConvOptions& options) {
  if (makes_node({inputs, kernel})) {
    return make_node("DepthwiseConv", {inputs, kernel}, conv_fields(options)).as_tensor();
  }
  return in_last_form(depthwise_last, inputs, kernel, options);
}

Tensor separable_conv(const Tensor& inputs, const Tensor& depthwise_kernel,
                      const Tensor& pointwise_kernel, const ConvOptions& options) {
  if (makes_node({inputs, depthwise_kernel, pointwise_kernel})) {
    return make_node("SeparableConv", {inputs, depthwise_kernel, pointwise_kernel},
                     conv_fields(options))
        .as_tensor();
  }
  ConvOptions pointwise;
  pointwise.data_format = options.data_format;
  return conv(depthwise_conv(inputs, depthwise_kernel, options), pointwise_kernel, pointwise);
}

namespace calls {

Tree Conv(const OpCall& c) { return conv(c.tensor("inputs"), c.tensor("kernel"), conv_options(c)); }
Tree DepthwiseConv(const OpCall& c) {
  return depthwise_conv(c.tensor("inputs"), c.tensor("kernel"), conv_options(c));
}
Tree SeparableConv(const OpCall& c) {
  return separable_conv(c.tensor("inputs"), c.tensor("depthwise_kernel"),
                        c.tensor("pointwise_kernel"), conv_options(c));
}

}  // namespace calls
}  // namespace keras::ops
