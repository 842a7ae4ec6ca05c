// scale_and_translate: resampling with a kernel along some axes
// (jax.image.scale_and_translate).
#include <algorithm>
#include <cmath>
#include <limits>

#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/image.h"
#include "ops/numpy.h"

namespace keras::ops {
namespace {

constexpr float kPi = 3.14159265358979f;

float triangle(float x) { return std::max(0.f, 1 - x); }

float cubic(float x) {
  if (x >= 2) return 0;
  if (x >= 1) return ((-0.5f * x + 2.5f) * x - 4) * x + 2;
  return ((1.5f * x - 2.5f) * x) * x + 1;
}

template <int kRadius>
float lanczos(float x) {
  if (x > kRadius) return 0;
  if (x <= 1e-3f) return 1;
  return kRadius * std::sin(kPi * x) * std::sin(kPi * x / kRadius) / (kPi * kPi * x * x);
}

using Kernel = float (*)(float);
Kernel kernel_of(const std::string& method) {
  if (method == "linear" || method == "bilinear" || method == "trilinear") return triangle;
  if (method == "cubic" || method == "bicubic" || method == "tricubic") return cubic;
  if (method == "lanczos3") return lanczos<3>;
  if (method == "lanczos5") return lanczos<5>;
  raise_value_error(
      {"Invalid value for argument `method`. Expected of one {'linear', 'bilinear', "
       "'trilinear', 'cubic', 'bicubic', 'tricubic', 'lanczos3', 'lanczos5'}. "
       "Received: method=",
       method});
}

// weights [output, input] of one axis.
void fill_weights(float* weights, int64_t input, int64_t output, float scale, float translation,
                  Kernel kernel, bool antialias) {
  const float inverse = 1 / scale;
  const float width = antialias ? std::max(inverse, 1.f) : 1.f;
  for (int64_t o = 0; o < output; ++o, weights += input) {
    const float at = (static_cast<float>(o) + 0.5f) * inverse - translation * inverse - 0.5f;
    float total = 0;
    for (int64_t i = 0; i < input; ++i) {
      weights[i] = kernel(std::abs(at - static_cast<float>(i)) / width);
      total += weights[i];
    }
    const bool inside = at >= -0.5f && at <= static_cast<float>(input) - 0.5f;
    const bool enough = std::abs(total) > 1000 * std::numeric_limits<float>::epsilon();
    for (int64_t i = 0; i < input; ++i) weights[i] = inside && enough ? weights[i] / total : 0;
  }
}

struct Method {
  Kernel kernel;
  bool antialias;
};

// Scale and translation are inputs, so the weights are computed when the plan runs.
Tensor weights(const Tensor& scale, const Tensor& translation, int64_t index, int64_t axes,
               int64_t input, int64_t output, const Method& method) {
  return emit({scale, translation}, Spec{Shape{output, input}, DType::kFloat32}, [&] {
    return function_step("resample_weights",
                         [=](auto in, auto out, auto*) {
                           fill_weights(out[0].template as<float>(), input, output,
                                        in[0].template as<float>()[index],
                                        in[1].template as<float>()[index], method.kernel,
                                        method.antialias);
                         },
                         {.operands = {{"scale", {axes}}, {"translation", {axes}}}});
  });
}

std::vector<int64_t> shape_of(const Tree& value) {
  if (!value.is_sequence()) return {value.as_int()};
  std::vector<int64_t> shape;
  for (const Tree& dim : value.items()) shape.push_back(dim.is_none() ? kNone : dim.as_int());
  return shape;
}

Tensor scale_and_translate(const Tensor& images, const Unread<ValueType::kShape>& output_shape,
                           const Tensor& given_scale, const Tensor& given_translation,
                           const std::vector<int64_t>& spatial_dims, const std::string& method_name,
                           bool antialias) {
  const std::vector<int64_t> shape = shape_of(output_shape.value);
  const std::vector<int64_t>& axes = spatial_dims;
  const Method method{kernel_of(method_name), antialias};
  const Tensor scale = cast(given_scale, DType::kFloat32);
  const Tensor translation = cast(given_translation, DType::kFloat32);
  Tensor y = cast(images, DType::kFloat32);
  if (!y.shape().is_fully_defined()) return Tensor::abstract(Shape(shape), images.dtype());
  for (size_t i = 0; i < axes.size(); ++i) {
    const int axis = normalize_axis(axes[i], y.rank());
    const Tensor matrix =
        weights(scale, translation, static_cast<int64_t>(i), static_cast<int64_t>(axes.size()),
                y.shape()[axis], shape.at(static_cast<size_t>(axis)), method);
    y = moveaxis(tensordot(matrix, y, std::vector<int64_t>{1}, std::vector<int64_t>{axis}), 0,
                 axis);
  }
  return cast(y, images.dtype());
}

}  // namespace

KERAS_OP("ops.image", ScaleAndTranslate, scale_and_translate,
         "images, output_shape, scale, translation, .spatial_dims, .method, .antialias=True")

}  // namespace keras::ops
