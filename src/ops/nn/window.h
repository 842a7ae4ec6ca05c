// Window geometry of convolutions and pooling: from Keras's arguments to kernels::Window.
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

// One value per spatial axis. ValueError for another number of values.
std::vector<int64_t> per_axis(const std::vector<int64_t>& values, int axes, std::string_view name);
// The same, with a ValueError for values that are not positive.
std::vector<int64_t> positive_per_axis(const std::vector<int64_t>& values, int axes,
                                       std::string_view name);
bool is_same_padding(std::string_view padding);
bool is_channels_first(std::string_view data_format);

// The extent of a kernel along an axis, including the gaps of its dilation.
int64_t window_extent(int64_t kernel, int64_t dilation);

// The size of the result along each spatial axis; None stays None. ValueError when it would be
// zero or negative; `received` describes the arguments in the message.
std::vector<int64_t> window_output(const std::vector<int64_t>& input, const WindowSpec& spec,
                                   FunctionRef<std::string()> received);
// As NumPy prints an array of integers: `[1 1]`, unknown ones as None.
std::string numpy_text(const std::vector<int64_t>& values);
// ValueError when the window is larger than any tensor, since kernels add these sizes.
kernels::Window window_of(const std::vector<int64_t>& input, const std::vector<int64_t>& output,
                          const WindowSpec& spec);

// Makes the window reach beyond a smaller input instead of padding the input with zeros. False when
// the padding includes the batch or channel axis or leaves no input.
bool take_padding(kernels::Window& window, const runtime::ZeroPadding& padding);

// The axes between batch and channels of a channels_last shape.
std::vector<int64_t> spatial_dims(const Shape& shape);
Shape channels_last_shape(int64_t batch, const std::vector<int64_t>& spatial, int64_t channels);
// Moves the channels to the end, and back.
Tensor to_channels_last(const Tensor& x);
Tensor to_channels_first(const Tensor& x);

}  // namespace keras::ops
