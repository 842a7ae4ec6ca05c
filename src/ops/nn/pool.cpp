// Pooling over windows, and repetition of elements, its reverse.
#include "kernels/pool.h"

#include "kernels/copy.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/nn/window.h"
#include "ops/numpy.h"

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

json::Object pool_fields(const PoolOptions& options) {
  return {{"pool_size", FieldTraits<Ints>::write(options.pool_size)},
          {"strides", FieldTraits<std::optional<Ints>>::write(options.strides)},
          {"padding", options.padding},
          {"data_format", options.data_format}};
}

PoolOptions pool_options(const OpCall& c) {
  PoolOptions options;
  options.pool_size = FieldTraits<Ints>::read(c.field("pool_size"));
  options.strides = FieldTraits<std::optional<Ints>>::read(c.field("strides"));
  options.padding = c.string("padding");
  options.data_format = c.data_format();
  return options;
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

Tensor adaptive_pool(const Tensor& inputs, const Ints& output_size, std::string_view data_format,
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

json::Object adaptive_fields(const Ints& output_size, std::string_view data_format) {
  return {{"output_size", FieldTraits<Ints>::write(output_size)}, {"data_format", data_format}};
}

}  // namespace

Tensor max_pool(const Tensor& inputs, const PoolOptions& options) {
  if (makes_node(inputs)) return make_node("MaxPool", {inputs}, pool_fields(options)).as_tensor();
  return pool(kernels::Pool::kMax, inputs, options);
}

Tensor average_pool(const Tensor& inputs, const PoolOptions& options) {
  if (makes_node(inputs)) {
    return make_node("AveragePool", {inputs}, pool_fields(options)).as_tensor();
  }
  return pool(kernels::Pool::kAverage, inputs, options);
}

Tensor adaptive_average_pool(const Tensor& inputs, const Ints& output_size,
                             std::string_view data_format) {
  if (makes_node(inputs)) {
    return make_node("AdaptiveAveragePool", {inputs}, adaptive_fields(output_size, data_format))
        .as_tensor();
  }
  return adaptive_pool(inputs, output_size, data_format, kernels::Pool::kAverage);
}

Tensor adaptive_max_pool(const Tensor& inputs, const Ints& output_size,
                         std::string_view data_format) {
  if (makes_node(inputs)) {
    return make_node("AdaptiveMaxPool", {inputs}, adaptive_fields(output_size, data_format))
        .as_tensor();
  }
  return adaptive_pool(inputs, output_size, data_format, kernels::Pool::kMax);
}

Tensor upsample(const Tensor& inputs, const std::vector<int64_t>& factors,
                std::string_view data_format) {
  const int begin = is_channels_first(data_format) ? 2 : 1;
  Tensor y = inputs;
  for (size_t i = 0; i < factors.size(); ++i) {
    if (factors[i] != 1) y = repeat(y, factors[i], begin + static_cast<int>(i));
  }
  return y;
}

namespace calls {

Tree MaxPool(const OpCall& c) { return max_pool(c.tensor("inputs"), pool_options(c)); }
Tree AveragePool(const OpCall& c) { return average_pool(c.tensor("inputs"), pool_options(c)); }
Tree AdaptiveAveragePool(const OpCall& c) {
  return adaptive_average_pool(c.tensor("inputs"), FieldTraits<Ints>::read(c.field("output_size")),
                               c.data_format());
}
Tree AdaptiveMaxPool(const OpCall& c) {
  return adaptive_max_pool(c.tensor("inputs"), FieldTraits<Ints>::read(c.field("output_size")),
                           c.data_format());
}

}  // namespace calls
}  // namespace keras::ops
