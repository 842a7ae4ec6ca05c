// Pooling over windows, adaptive pooling and upsampling.
#include "kernels/pool.h"

#include "kernels/copy.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/nn/window.h"
#include "ops/numpy.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

Tensor pool_last(kernels::Pool kind, const Tensor& x, const PoolOptions& options) {
  const int axes = x.rank() - 2;
  const std::vector<int64_t> sizes = positive_per_axis(options.pool_size, axes, "pool_size");
  const WindowSpec spec{
      .kernel = sizes,
      .strides = options.strides ? positive_per_axis(*options.strides, axes, "strides") : sizes,
      .dilation = std::vector<int64_t>(static_cast<size_t>(axes), 1),
      .same = is_same_padding(options.padding)};
  const std::vector<int64_t> input = spatial_dims(x.shape());
  const std::vector<int64_t> output = window_output(input, spec, [&] {
    return ": `inputs.shape=" + numpy_text(x.shape().dims()) +
           "`, `pool_size=" + numpy_text(sizes) + "`, `strides=" + repr(Shape(spec.strides)) +
           "`, `padding=" + (spec.same ? "same" : "valid") + "`.";
  });
  const Shape shape = channels_last_shape(x.shape()[0], output, x.shape().back());
  return emit({x}, Spec{shape, DType::kFloat32}, [&] {
    return function_step("pool",
                         [kind, window = window_of(input, output, spec), batch = x.shape()[0],
                          channels = x.shape().back()](auto in, auto out, auto*) {
                           kernels::pool(kind, window, batch, channels, in[0].template as<float>(),
                                         out[0].template as<float>());
                         });
  });
}

Tensor pool(kernels::Pool kind, const Tensor& inputs, const PoolOptions& options) {
  if (inputs.rank() < 3 || inputs.rank() > 5) {
    raise_value_error(
        {"Pooling needs an input of rank 3 to 5. Received: inputs.shape=", repr(inputs.shape())});
  }
  const bool first = is_channels_first(options.data_format);
  const Tensor x = cast(inputs, DType::kFloat32);
  const Tensor y = pool_last(kind, first ? to_channels_last(x) : x, options);
  return cast(first ? to_channels_first(y) : y, inputs.dtype());
}

Tensor adaptive_axis(kernels::Pool kind, const Tensor& x, int axis, int64_t n) {
  const Shape shape = x.shape().with(axis, n);
  const int64_t size = x.shape()[axis];
  if (size == n && !x.is_abstract()) return x;
  if (size == 0) {
    raise_value_error(
        {"Adaptive pooling needs elements. Received: inputs.shape=", repr(x.shape())});
  }
  return emit({x}, Spec{shape, DType::kFloat32}, [&] {
    const auto count = [&](int begin, int end) { return x.shape().slice(begin, end).size(); };
    return function_step(
        "adaptive_pool",
        [=, outer = count(0, axis), inner = count(axis + 1, x.rank())](auto in, auto out, auto*) {
          kernels::adaptive_pool(kind, outer, size, inner, n, in[0].template as<float>(),
                                 out[0].template as<float>());
        });
  });
}

Tensor adaptive_pool(const Tensor& inputs, const Ints& output_size, const DataFormat& data_format,
                     kernels::Pool kind) {
  const int axes = inputs.rank() - 2;
  const std::vector<int64_t> sizes = positive_per_axis(output_size, axes, "output_size");
  const int begin = is_channels_first(data_format) ? 2 : 1;
  Tensor y = cast(inputs, DType::kFloat32);
  for (int i = 0; i < axes; ++i) {
    y = adaptive_axis(kind, y, begin + i, sizes[static_cast<size_t>(i)]);
  }
  return cast(y, inputs.dtype());
}

Tensor max_pool_op(const Tensor& inputs, const Ints& pool_size, const std::optional<Ints>& strides,
                   const std::string& padding, const DataFormat& data_format) {
  return pool(kernels::Pool::kMax, inputs, {pool_size, strides, padding, data_format});
}

Tensor average_pool_op(const Tensor& inputs, const Ints& pool_size,
                       const std::optional<Ints>& strides, const std::string& padding,
                       const DataFormat& data_format) {
  return pool(kernels::Pool::kAverage, inputs, {pool_size, strides, padding, data_format});
}

}  // namespace

KERAS_OP("ops.nn", MaxPool, max_pool_op,
         "inputs, .pool_size, .strides=None, .padding='valid', .data_format=None")
KERAS_OP("ops.nn", AveragePool, average_pool_op,
         "inputs, .pool_size, .strides=None, .padding='valid', .data_format=None")

Tensor max_pool(const Tensor& inputs, const PoolOptions& options) {
  if (makes_node(rows::MaxPool, inputs))
    return make_node(rows::MaxPool, {inputs, options.pool_size, options.strides, options.padding,
                                     options.data_format});
  return pool(kernels::Pool::kMax, inputs, options);
}

Tensor average_pool(const Tensor& inputs, const PoolOptions& options) {
  if (makes_node(rows::AveragePool, inputs)) {
    return make_node(rows::AveragePool, {inputs, options.pool_size, options.strides,
                                         options.padding, options.data_format});
  }
  return pool(kernels::Pool::kAverage, inputs, options);
}

KERAS_OP("ops.nn", AdaptiveAveragePool, adaptive_average_pool,
         "inputs, .output_size, .data_format=None")
Tensor adaptive_average_pool(const Tensor& inputs, const Ints& output_size,
                             const DataFormat& data_format) {
  if (makes_node(rows::AdaptiveAveragePool, inputs)) {
    return make_node(rows::AdaptiveAveragePool, {inputs, output_size, data_format});
  }
  return adaptive_pool(inputs, output_size, data_format, kernels::Pool::kAverage);
}

KERAS_OP("ops.nn", AdaptiveMaxPool, adaptive_max_pool, "inputs, .output_size, .data_format=None")
Tensor adaptive_max_pool(const Tensor& inputs, const Ints& output_size,
                         const DataFormat& data_format) {
  if (makes_node(rows::AdaptiveMaxPool, inputs)) {
    return make_node(rows::AdaptiveMaxPool, {inputs, output_size, data_format});
  }
  return adaptive_pool(inputs, output_size, data_format, kernels::Pool::kMax);
}

Tensor upsample(const Tensor& inputs, const std::vector<int64_t>& factors,
                const DataFormat& data_format) {
  const int begin = is_channels_first(data_format) ? 2 : 1;
  Tensor y = inputs;
  for (size_t i = 0; i < factors.size(); ++i) {
    if (factors[i] != 1) y = repeat(y, factors[i], begin + static_cast<int>(i));
  }
  return y;
}

}  // namespace keras::ops
