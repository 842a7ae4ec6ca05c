// unfold, fold, depth_to_space and space_to_depth.
#include <algorithm>

#include "ops/core.h"
#include "ops/nn.h"
#include "ops/nn/window.h"
#include "ops/numpy.h"

namespace keras::ops {
namespace {

// dim / n; ValueError unless n is positive.
int64_t over(int64_t dim, int64_t n) {
  if (n <= 0) raise_value_error({"A size must be positive. Received: ", std::to_string(n)});
  return dim == kNone ? kNone : dim / n;
}

struct Geometry {
  std::vector<int64_t> kernel, dilation, padding, stride;

  Geometry(const Ints& kernel_size, const Ints& dilation, const Ints& padding, const Ints& stride)
      : kernel(positive_per_axis(kernel_size, 2, "kernel_size")),
        dilation(positive_per_axis(dilation, 2, "dilation")),
        padding(per_axis(padding, 2, "padding")),
        stride(positive_per_axis(stride, 2, "stride")) {}

  int64_t taps() const { return times(kernel[0], kernel[1]); }
  // How many windows fit along an axis.
  int64_t count(size_t axis, int64_t size) const {
    if (size == kNone) return kNone;
    const int64_t padded = checked_sum(size, checked_product(2, padding[axis]));
    const int64_t room = checked_sum(padded, -window_extent(kernel[axis], dilation[axis]));
    return room < 0 || stride[axis] <= 0 ? 0 : room / stride[axis] + 1;
  }
};

// Every stride-th element from `start`, `count` of them, along an axis.
Tree strided(int64_t start, int64_t count, int64_t stride) {
  return Tree::Slice{start, start + (count - 1) * stride + 1, stride};
}

Tensor unfold(const Tensor& x, const Geometry& g) {
  const int64_t batch = x.shape()[0], channels = x.shape()[1];
  const int64_t height = g.count(0, x.shape()[2]), width = g.count(1, x.shape()[3]);
  const Shape shape{batch, times(channels, g.taps()), times(height, width)};
  if (x.is_abstract()) return Tensor::abstract(shape, x.dtype());
  byte_size(shape, x.dtype());
  const Tensor padded =
      pad(x, {{0, 0}, {0, 0}, {g.padding[0], g.padding[0]}, {g.padding[1], g.padding[1]}});
  std::vector<Tensor> parts;
  for (int64_t i = 0; i < g.kernel[0]; ++i) {
    for (int64_t j = 0; j < g.kernel[1]; ++j) {
      parts.push_back(
          get_item(padded, Tree::tuple({Tree::Slice{}, Tree::Slice{},
                                        strided(i * g.dilation[0], height, g.stride[0]),
                                        strided(j * g.dilation[1], width, g.stride[1])})));
    }
  }
  return reshape(stack(parts, 2), shape.dims());
}

// The reverse of unfold: overlapping values are added.
Tensor fold(const Tensor& x, const std::vector<int64_t>& size, const Geometry& g) {
  const int64_t taps = g.taps();
  const int64_t batch = x.shape()[0], channels = over(x.shape()[1], taps);
  const Shape shape{batch, channels, size[0], size[1]};
  const int64_t height = g.count(0, size[0]), width = g.count(1, size[1]);
  if (x.is_abstract()) return Tensor::abstract(shape, x.dtype());
  const Tensor y = emit({cast(x, DType::kFloat32)}, Spec{shape, DType::kFloat32}, [&] {
    return function_step(
        "fold",
        [g, height, width, size, planes = batch * channels](auto in, auto out, auto*) {
          float* to = out[0].template as<float>();
          const float* from = in[0].template as<float>();
          std::fill(to, to + planes * size[0] * size[1], 0.f);
          for (int64_t plane = 0; plane < planes; ++plane, to += size[0] * size[1]) {
            for (int64_t i = 0; i < g.kernel[0]; ++i) {
              for (int64_t j = 0; j < g.kernel[1]; ++j) {
                for (int64_t row = 0; row < height; ++row) {
                  for (int64_t column = 0; column < width; ++column) {
                    const int64_t a = row * g.stride[0] + i * g.dilation[0] - g.padding[0];
                    const int64_t b = column * g.stride[1] + j * g.dilation[1] - g.padding[1];
                    const float value = *from++;
                    if (a >= 0 && a < size[0] && b >= 0 && b < size[1])
                      to[a * size[1] + b] += value;
                  }
                }
              }
            }
          }
        },
        {.operands = {{"x", {batch, channels * taps, height * width}}}});
  });
  return cast(y, x.dtype());
}

// Reshapes, transposes and reshapes.
Tensor rearranged(const Tensor& x, const Shape& parts, const std::vector<int64_t>& order,
                  const Shape& result) {
  if (x.is_abstract()) return Tensor::abstract(result, x.dtype());
  return emit_alias(transpose(emit_alias(x, parts), order), result);
}

Tensor unfold_op(const Tensor& x, const Ints& kernel_size, const Ints& dilation,
                 const Ints& padding, const Ints& stride) {
  return unfold(x, {kernel_size, dilation, padding, stride});
}

Tensor fold_op(const Tensor& x, const Sizes& output_size, const Ints& kernel_size,
               const Ints& dilation, const Ints& padding, const Ints& stride) {
  return fold(x, per_axis(output_size, 2, "output_size"), {kernel_size, dilation, padding, stride});
}

Tensor depth_to_space(const Tensor& x, int64_t b, const DataFormat& data_format) {
  const int64_t n = x.shape()[0];
  if (is_channels_first(data_format)) {
    const int64_t d = over(x.shape()[1], times(b, b)), h = x.shape()[2], w = x.shape()[3];
    return rearranged(x, {n, d, b, b, h, w}, {0, 1, 4, 2, 5, 3}, {n, d, times(h, b), times(w, b)});
  }
  const int64_t h = x.shape()[1], w = x.shape()[2], d = over(x.shape()[3], times(b, b));
  return rearranged(x, {n, h, w, b, b, d}, {0, 1, 3, 2, 4, 5}, {n, times(h, b), times(w, b), d});
}

Tensor space_to_depth(const Tensor& x, int64_t b, const DataFormat& data_format) {
  const int64_t n = x.shape()[0];
  if (is_channels_first(data_format)) {
    const int64_t d = x.shape()[1], h = over(x.shape()[2], b), w = over(x.shape()[3], b);
    return rearranged(x, {n, d, h, b, w, b}, {0, 1, 3, 5, 2, 4}, {n, times(d, times(b, b)), h, w});
  }
  const int64_t h = over(x.shape()[1], b), w = over(x.shape()[2], b), d = x.shape()[3];
  return rearranged(x, {n, h, b, w, b, d}, {0, 1, 3, 2, 4, 5}, {n, h, w, times(d, times(b, b))});
}

}  // namespace

KERAS_OP("ops.nn", Unfold, unfold_op, "x, .kernel_size, .dilation=1, .padding=0, .stride=1")
KERAS_OP("ops.nn", Fold, fold_op,
         "x, .output_size, .kernel_size, .dilation=1, .padding=0, .stride=1")
KERAS_OP("ops.nn", DepthToSpace, depth_to_space, "x, .block_size, .data_format='channels_last'")
KERAS_OP("ops.nn", SpaceToDepth, space_to_depth, "x, .block_size, .data_format='channels_last'")

}  // namespace keras::ops
