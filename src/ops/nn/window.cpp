#include "ops/nn/window.h"

#include <algorithm>

#include "base/function_ref.h"
#include "ops/numpy.h"

namespace keras::ops {

std::vector<int64_t> per_axis(const std::vector<int64_t>& values, int axes, std::string_view name) {
  if (axes < 1) {
    raise_value_error({"`", name, "` belongs to spatial axes, of which the inputs have none."});
  }
  if (values.size() == 1) return std::vector<int64_t>(static_cast<size_t>(axes), values.front());
  if (static_cast<int>(values.size()) != axes) {
    raise_value_error({"`", std::string(name), "` must have one value or ", std::to_string(axes),
                       ", as many as there are spatial axes. Received: ", repr(Shape(values))});
  }
  return values;
}

std::vector<int64_t> positive_per_axis(const std::vector<int64_t>& values, int axes,
                                       std::string_view name) {
  std::vector<int64_t> all = per_axis(values, axes, name);
  if (std::any_of(all.begin(), all.end(), [](int64_t value) { return value <= 0; })) {
    raise_value_error({"`", name, "` must be positive. Received: ", repr(Shape(values))});
  }
  return all;
}

bool is_same_padding(std::string_view padding) {
  if (padding == "same") return true;
  if (padding == "valid") return false;
  raise_value_error(
      {"`padding` must be either `'valid'` or `'same'`. Received ", std::string(padding), "."});
}

bool is_channels_first(std::string_view data_format) {
  if (data_format == "channels_first") return true;
  if (data_format == "channels_last") return false;
  raise_value_error(
      {"The `data_format` argument must be one of {'channels_first', "
       "'channels_last'}. Received: data_format=",
       std::string(data_format)});
}

std::string numpy_text(const std::vector<int64_t>& values) {
  std::string out;
  for (int64_t value : values) {
    out +=
        (out.empty() ? "" : " ") + (value == kNone ? std::string("None") : std::to_string(value));
  }
  return "[" + out + "]";
}

int64_t window_extent(int64_t kernel, int64_t dilation) {
  return checked_sum(checked_product(kernel - 1, dilation), 1);
}

std::vector<int64_t> window_output(const std::vector<int64_t>& input, const WindowSpec& spec,
                                   FunctionRef<std::string()> received) {
  std::vector<int64_t> output;
  for (size_t i = 0; i < input.size(); ++i) {
    if (input[i] == kNone) {
      output.push_back(kNone);
      continue;
    }
    const int64_t extent = spec.same ? 1 : window_extent(spec.kernel[i], spec.dilation[i]);
    const int64_t room = checked_sum(input[i], -extent);
    // Rounds down, for negative sizes too.
    const int64_t steps = room >= 0 ? room / spec.strides[i] : -1;
    if (steps < 0) {
      raise_value_error({"Computed output size would be zero or negative. Received", received()});
    }
    output.push_back(steps + 1);
  }
  return output;
}

kernels::Window window_of(const std::vector<int64_t>& input, const std::vector<int64_t>& output,
                          const WindowSpec& spec) {
  using kernels::Window;
  std::vector<int64_t> begin, strides = spec.strides, dilation = spec.dilation;
  for (size_t i = 0; i < input.size(); ++i) {
    // Without elements, any size is valid.
    if (output[i] == 1) strides[i] = 1;
    if (spec.kernel[i] == 1) dilation[i] = 1;
    const int64_t extent = window_extent(spec.kernel[i], dilation[i]);
    if (extent > static_cast<int64_t>(kMaxBytes)) {
      raise_value_error({"A window of size ", std::to_string(spec.kernel[i]), " with dilation ",
                         std::to_string(dilation[i]), " is larger than any tensor"});
    }
    const int64_t needed = checked_sum(checked_product(output[i] - 1, strides[i]), extent);
    begin.push_back(spec.same ? std::max<int64_t>(0, checked_sum(needed, -input[i])) / 2 : 0);
  }
  return {.input = Window::axes(input, 1),
          .output = Window::axes(output, 1),
          .kernel = Window::axes(spec.kernel, 1),
          .stride = Window::axes(strides, 1),
          .dilation = Window::axes(dilation, 1),
          .pad_begin = Window::axes(begin, 0)};
}

bool take_padding(kernels::Window& window, const runtime::ZeroPadding& padding) {
  const size_t spatial = padding.before.size() - 2;
  if (padding.before.front() + padding.after.front() + padding.before.back() +
          padding.after.back() >
      0) {
    return false;
  }
  kernels::Window smaller = window;
  for (size_t i = 0; i < spatial; ++i) {
    const size_t axis = smaller.input.size() - spatial + i;
    smaller.input[axis] -= padding.before[i + 1] + padding.after[i + 1];
    smaller.pad_begin[axis] += padding.before[i + 1];
    if (smaller.input[axis] <= 0) return false;
  }
  window = smaller;
  return true;
}

std::vector<int64_t> spatial_dims(const Shape& shape) {
  return shape.slice(1, shape.rank() - 1).dims();
}

Shape channels_last_shape(int64_t batch, const std::vector<int64_t>& spatial, int64_t channels) {
  return Shape{batch}.concat(Shape(spatial)).concat({channels});
}

Tensor to_channels_last(const Tensor& x) { return moveaxis(x, 1, -1); }
Tensor to_channels_first(const Tensor& x) { return moveaxis(x, -1, 1); }

}  // namespace keras::ops
