// The geometry that convolutions and pooling share: from Keras's arguments to kernels::Window.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "kernels/window.h"
#include "ops/common/support.h"
#include "serialization/fields.h"

namespace keras::ops {

// Sizes, strides and dilation of each spatial axis.
struct WindowSpec {
  std::vector<int64_t> kernel, strides, dilation;
  bool same = false;  // padding
};

// One value per spatial axis. ValueError when there is another number of them.
std::vector<int64_t> per_axis(const std::vector<int64_t>& values, int axes, std::string_view name);
// The same where nothing but positive values make sense: ValueError for others.
std::vector<int64_t> positive_per_axis(const std::vector<int64_t>& values, int axes,
                                       std::string_view name);
bool is_same_padding(std::string_view padding);
bool is_channels_first(std::string_view data_format);

// What a kernel covers along an axis, gaps of its dilation included.
int64_t window_extent(int64_t kernel, int64_t dilation);

// The size of the result along each spatial axis; None stays None. `received` tells of the
// arguments when it would be zero or negative: ValueError.
std::vector<int64_t> window_output(const std::vector<int64_t>& input, const WindowSpec& spec,
                                   FunctionRef<std::string()> received);
// As NumPy prints an array of integers: `[1 1]`, unknown ones as None.
std::string numpy_text(const std::vector<int64_t>& values);
// Throws ValueError when the window is larger than any tensor: kernels add such sizes up.
kernels::Window window_of(const std::vector<int64_t>& input, const std::vector<int64_t>& output,
                          const WindowSpec& spec);

// Lets the window stand out of a smaller input, in place of zeros around it. False when it cannot:
// zeros of the batch or of channels, or nothing in between.
bool take_padding(kernels::Window& window, const runtime::ZeroPadding& padding);

// The axes between batch and channels of a channels_last shape.
std::vector<int64_t> spatial_dims(const Shape& shape);
Shape channels_last_shape(int64_t batch, const std::vector<int64_t>& spatial, int64_t channels);
// Moves the channels to the end, and back.
Tensor to_channels_last(const Tensor& x);
Tensor to_channels_first(const Tensor& x);

}  // namespace keras::ops
