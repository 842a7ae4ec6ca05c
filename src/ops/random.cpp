#include "ops/random.h"

#include <cmath>

#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "random/distributions.h"
#include "random/random_tensor.h"
#include "runtime/recorder.h"
#include "runtime/tangents.h"

namespace keras::ops {
namespace {

using random::Key;

// Another run must draw other numbers: a plan that holds these must not be kept.
void note_draw() {
  auto* recorder = ShapesOnlyScope::active() ? nullptr : runtime::Recorder::current();
  if (recorder != nullptr) recorder->mark_uncacheable();
}

// A float tensor that `draw(y, n)` fills; only its shape when that is not fully defined.
template <class Draw>
Tensor drawn(const Shape& shape, DType dtype, const Draw& draw) {
  if (is_only_shape(shape)) return Tensor::abstract(shape, dtype);
  note_draw();
  const Tensor y = Tensor::allocate(shape, DType::kFloat32);
  draw(y.data<float>(), y.size());
  return cast(y, dtype);
}

std::vector<float> repeated(double value, int64_t n) {
  return std::vector<float>(static_cast<size_t>(n), static_cast<float>(value));
}

Tensor drop(const Tensor& x, double rate, const std::optional<Shape>& noise_shape, const Key& key) {
  if (rate == 0) return x;
  if (rate == 1) return zeros_like(x);
  if (x.is_abstract()) return Tensor::abstract(x.shape(), x.dtype());
  note_draw();
  Shape noise = noise_shape.value_or(x.shape());
  for (int axis = 0; axis < noise.rank(); ++axis) {
    if (noise[axis] == kNone) noise[axis] = x.shape()[axis];
  }
  const Tensor drawn = Tensor::allocate(noise, DType::kBool);
  random::dropout_mask(key, rate, drawn.data<uint8_t>(), drawn.size());
  const Tensor keep = broadcast_to(drawn, x.shape());
  const Tensor values = cast(x, DType::kFloat32);
  const Tensor y = emit({values, keep}, Spec{x.shape(), DType::kFloat32}, [&] {
    return function_step("dropout", [rate, n = values.size()](auto in, auto out, auto*) {
      random::dropout_apply(in[0].template as<float>(), in[1].template as<uint8_t>(), rate,
                            out[0].template as<float>(), n);
    });
  });
  return cast(y, x.dtype());
}

}  // namespace

Tensor random_normal(const Shape& shape, double mean, double stddev, DType dtype, const Key& key) {
  if (is_only_shape(shape)) return Tensor::abstract(shape, dtype);
  note_draw();
  return random::normal(shape, canonical(dtype), key, mean, stddev);
}

Tensor random_uniform(const Shape& shape, double minimum, double maximum, DType dtype,
                      const Key& key) {
  if (is_only_shape(shape)) return Tensor::abstract(shape, dtype);
  note_draw();
  return random::uniform(shape, canonical(dtype), key, minimum, maximum);
}

Tensor random_truncated_normal(const Shape& shape, double mean, double stddev, DType dtype,
                               const Key& key) {
  if (is_only_shape(shape)) return Tensor::abstract(shape, dtype);
  note_draw();
  return random::truncated_normal(shape, canonical(dtype), key, mean, stddev);
}

Tensor random_randint(const Shape& shape, int64_t minimum, int64_t maximum, DType dtype,
                      const Key& key) {
  if (is_only_shape(shape)) return Tensor::abstract(shape, dtype);
  note_draw();
  const Tensor y = Tensor::allocate(shape, DType::kInt32);
  random::randint(key, static_cast<int32_t>(minimum), static_cast<int32_t>(maximum),
                  y.data<int32_t>(), y.size());
  return cast(y, dtype);
}

Tensor dropout(const Tensor& x, double rate, const std::optional<Shape>& noise_shape,
               const Key& key) {
  return runtime::map_linear(
      x, [&](const Tensor& values) { return drop(values, rate, noise_shape, key); });
}

Tensor random_categorical(const Tensor& logits, int64_t num_samples, DType dtype, const Key& key) {
  const Shape shape = logits.shape().with(1, num_samples);
  const Tensor values = cast(logits, DType::kFloat32);
  if (!values.is_abstract()) note_draw();
  const Tensor y = emit({values}, Spec{shape, DType::kInt32}, [&] {
    return function_step("categorical",
                         [key, batch = values.shape()[0], classes = values.shape()[1], num_samples](
                             auto in, auto out, auto* scratch) {
                           random::categorical(key, in[0].template as<float>(), batch, classes,
                                               num_samples, out[0].template as<int32_t>(),
                                               reinterpret_cast<float*>(scratch));
                         },
                         {.scratch = scratch_floats(num_samples)});
  });
  return cast(y, dtype);
}

Tensor random_shuffle(const Tensor& x, int64_t axis, const Key& key) {
  if (x.is_abstract()) return Tensor::abstract(x.shape(), x.dtype());
  note_draw();
  const int at = normalize_axis(axis, x.rank());
  const Tensor positions = Tensor::allocate(x.shape(), DType::kInt32);
  random::shuffle_indices(key, count(x.shape(), 0, at), x.shape()[at],
                          count(x.shape(), at + 1, x.rank()), positions.data<int32_t>());
  return take_along_axis(x, positions, at);
}

Tensor random_gamma(const Shape& shape, double alpha, DType dtype, const Key& key) {
  return drawn(shape, dtype,
               [&](float* y, int64_t n) { random::gamma(key, repeated(alpha, n).data(), y, n); });
}

Tensor random_beta(const Shape& shape, double alpha, double beta, DType dtype, const Key& key) {
  return drawn(shape, dtype, [&](float* y, int64_t n) {
    random::beta(key, repeated(alpha, n).data(), repeated(beta, n).data(), y, n);
  });
}

Tensor random_binomial(const Shape& shape, double counts, double probabilities, DType dtype,
                       const Key& key) {
  return drawn(shape, dtype, [&](float* y, int64_t n) {
    random::binomial(key, repeated(counts, n).data(), repeated(probabilities, n).data(), y, n);
  });
}

}  // namespace keras::ops
