// Transposed convolution (keras/src/backend/jax/nn.py, and the paddings of
// keras/src/backend/common/backend_utils.py).
#include "kernels/conv_transpose.h"

#include <algorithm>

#include "ops/common/epilogue.h"
#include "ops/common/packed.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/nn/conv_fields.h"
#include "ops/nn/window.h"

namespace keras::ops {
namespace {

class ConvTransposeStep final : public Step {
 public:
  explicit ConvTransposeStep(const kernels::ConvTranspose& p) : p_(p) {}
  std::string_view name() const override { return "conv_transpose"; }

  std::vector<int> bind_constants(std::span<const Tensor> constants) override {
    if (!constants[1]) return {};
    kernels::pack_conv_transpose(p_, constants[1].data<float>(),
                                 packed_.allocate(kernels::conv_transpose_packed_floats(p_)));
    return {1};
  }
  bool fuse_activation(const runtime::Activation& activation) override {
    return epilogue_.fuse(activation);
  }
  bool fuse_affine(const runtime::ChannelAffine& affine, std::span<const Tensor>) override {
    return affine.scale.empty() && epilogue_.fuse(affine);
  }
  size_t scratch_bytes() const override {
    const int64_t packed = packed_ ? 0 : packed_floats();
    return scratch_floats(packed + kernels::conv_transpose_scratch_floats(p_));
  }
  void run(std::span<const View> in, std::span<const View> out, std::byte* scratch) const override {
    auto* floats = reinterpret_cast<float*>(scratch);
    const float* packed = nullptr;
    if (packed_) {
      packed = packed_.data();
    } else {
      kernels::pack_conv_transpose(p_, in[1].as<float>(), floats);
      packed = floats;
      floats += packed_floats();
    }
    kernels::conv_transpose(p_, in[0].as<float>(), packed, out[0].as<float>(), floats,
                            epilogue_.epilogue());
  }

 private:
  int64_t packed_floats() const {
    return (kernels::conv_transpose_packed_floats(p_) + 15) / 16 * 16;
  }

  kernels::ConvTranspose p_;
  FusedEpilogue epilogue_;
  Packed packed_;
};

// Along one axis: how much of the full result is cut at its start, and what is left of it.
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
    return std::make_unique<ConvTransposeStep>(
        kernels::ConvTranspose{.window = window,
                               .batch = x.shape()[0],
                               .in_channels = kernel.shape().back(),
                               .out_channels = filters});
  });
}

}  // namespace

Tensor conv_transpose(const Tensor& inputs, const Tensor& kernel, const ConvOptions& options,
                      const std::optional<Ints>& output_padding) {
  if (makes_node({inputs, kernel})) {
    json::Object fields = conv_fields(options);
    fields.set("output_padding", FieldTraits<std::optional<Ints>>::write(output_padding));
    return make_node("ConvTranspose", {inputs, kernel}, fields).as_tensor();
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

Tree calls::ConvTranspose(const OpCall& c) {
  return conv_transpose(c.tensor("inputs"), c.tensor("kernel"), conv_options(c),
                        FieldTraits<std::optional<Ints>>::read(c.field("output_padding")));
}

}  // namespace keras::ops
