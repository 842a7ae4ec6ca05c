// Transposed convolution (keras/src/backend/jax/nn.py, and the paddings of
// keras/src/backend/common/backend_utils.py).
#include "kernels/conv_transpose.h"

#include <algorithm>

#include "ops/core.h"
#include "ops/nn.h"
#include "ops/nn/packed_conv_step.h"
#include "ops/nn/window.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

struct ConvTransposeKernel {
  static constexpr std::string_view kName = "conv_transpose";
  static constexpr bool kScalesWeights = false;
  kernels::ConvTranspose p;

  int64_t packed_floats() const { return kernels::conv_transpose_packed_floats(p); }
  int64_t scratch_floats() const { return kernels::conv_transpose_scratch_floats(p); }
  void pack(const float* weights, float* packed, const float*) const {
    kernels::pack_conv_transpose(p, weights, packed);
  }
  static bool take_padding(const runtime::ZeroPadding&) { return false; }
  void run(const float* x, const float* packed, float* y, float* scratch,
           const kernels::Epilogue& epilogue) const {
    kernels::conv_transpose(p, x, packed, y, scratch, epilogue);
  }
};

// Along one axis: how much of the full result is cut at its start, and the size of the output.
struct Extent {
  int64_t pad_begin, output;
};
Extent extent_of(int64_t input, int64_t kernel, int64_t stride, int64_t dilation, bool same,
                 std::optional<int64_t> output_padding) {
  const int64_t size = window_extent(kernel, dilation);
  int64_t left = size - 1, right = 0;
  if (same) {
    const int64_t total = output_padding ? checked_sum(size + size % 2 - 2, *output_padding)
                                         : checked_sum(stride, size - 2);
    left = std::min(total / 2 + total % 2, size - 1);
    right = checked_sum(total, -left);
  } else {
    right = checked_sum(size - 1, output_padding.value_or(std::max(size, stride) - size));
  }
  if (input == kNone) return {size - 1 - left, kNone};
  const int64_t borders = checked_sum(left - (size - 1), right);
  return {size - 1 - left, checked_sum(checked_product(input - 1, stride), borders + 1)};
}

Tensor conv_transpose_last(const Tensor& x, const Tensor& kernel, const ConvOptions& options,
                           const std::optional<Ints>& output_padding) {
  const int axes = kernel.rank() - 2;
  const auto strides = positive_per_axis(options.strides, axes, "strides");
  const auto dilation = positive_per_axis(options.dilation_rate, axes, "dilation_rate");
  const auto padding =
      output_padding ? per_axis(*output_padding, axes, "output_padding") : std::vector<int64_t>();
  const bool same = is_same_padding(options.padding);
  const std::vector<int64_t> input = spatial_dims(x.shape());
  const std::vector<int64_t> sizes =
      positive_per_axis(kernel.shape().slice(0, axes).dims(), axes, "kernel_size");
  std::vector<int64_t> output, begin;
  for (size_t i = 0; i < input.size(); ++i) {
    const Extent extent = extent_of(input[i], sizes[i], strides[i], dilation[i], same,
                                    padding.empty() ? std::nullopt : std::optional(padding[i]));
    output.push_back(extent.output);
    begin.push_back(extent.pad_begin);
  }
  const int64_t filters = kernel.shape()[axes];
  if (x.shape().back() != kNone && x.shape().back() != kernel.shape().back()) {
    raise_value_error(
        {"The number of input channels must match the kernel's. Received: input "
         "channels ",
         std::to_string(x.shape().back()), ", kernel shape ", repr(kernel.shape()), "."});
  }
  const Shape shape = channels_last_shape(x.shape()[0], output, filters);
  return emit({x, kernel}, Spec{shape, DType::kFloat32}, [&] {
    using kernels::Window;
    const Window window{.input = Window::axes(input, 1),
                        .output = Window::axes(output, 1),
                        .kernel = Window::axes(sizes, 1),
                        .stride = Window::axes(strides, 1),
                        .dilation = Window::axes(dilation, 1),
                        .pad_begin = Window::axes(begin, 0)};
    return std::make_unique<PackedConvStep<ConvTransposeKernel>>(
        ConvTransposeKernel{{.window = window,
                             .batch = x.shape()[0],
                             .in_channels = kernel.shape().back(),
                             .out_channels = filters}});
  });
}

Tensor conv_transpose_op(const Tensor& inputs, const Tensor& kernel, const Ints& strides,
                         const std::string& padding, const std::optional<Ints>& output_padding,
                         const DataFormat& data_format, const Ints& dilation_rate) {
  return conv_transpose(inputs, kernel, {strides, padding, data_format, dilation_rate},
                        output_padding);
}

}  // namespace

KERAS_OP("ops.nn", ConvTranspose, conv_transpose_op,
         "inputs, kernel, .strides=1, .padding='valid', .output_padding=None, .data_format=None, "
         ".dilation_rate=1")

Tensor conv_transpose(const Tensor& inputs, const Tensor& kernel, const ConvOptions& options,
                      const std::optional<Ints>& output_padding) {
  if (makes_node(rows::ConvTranspose, {inputs, kernel})) {
    return make_node(rows::ConvTranspose,
                     {inputs, kernel, options.strides, options.padding, output_padding,
                      options.data_format, options.dilation_rate});
  }
  if (inputs.rank() != kernel.rank() || inputs.rank() < 3 || inputs.rank() > 5) {
    raise_value_error(
        {"Kernel shape must have the same length as input, but received kernel of "
         "shape ",
         repr(kernel.shape()), " and input of shape ", repr(inputs.shape()), "."});
  }
  const bool first = is_channels_first(options.data_format);
  const DType dtype = float_of(promote({inputs.dtype()}, {kernel.dtype()}));
  const Tensor x = cast(inputs, DType::kFloat32);
  const Tensor y = conv_transpose_last(first ? to_channels_last(x) : x,
                                       cast(kernel, DType::kFloat32), options, output_padding);
  return cast(first ? to_channels_first(y) : y, dtype);
}

}  // namespace keras::ops
