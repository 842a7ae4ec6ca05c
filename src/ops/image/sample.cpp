// Images sampled between pixels: affine, perspective and elastic transforms
// (keras/src/backend/jax/image.py, jax.scipy.ndimage.map_coordinates).
#include <algorithm>
#include <cmath>

#include "ops/core.h"
#include "ops/image.h"
#include "ops/image/images.h"
#include "ops/numpy.h"
#include "ops/random.h"
#include "ops/table/registry.h"
#include "ops/table/tangent_rules.h"
#include "random/seed_generator_object.h"

namespace keras::ops {
namespace {

enum class Fill { kConstant, kNearest, kWrap, kMirror, kReflect };

Fill fill_of(std::string_view mode) {
  if (mode == "constant") return Fill::kConstant;
  if (mode == "nearest") return Fill::kNearest;
  if (mode == "wrap") return Fill::kWrap;
  if (mode == "mirror") return Fill::kMirror;
  if (mode == "reflect") return Fill::kReflect;
  raise_value_error(
      {"Invalid value for argument `fill_mode`. Expected of one {'constant', "
       "'nearest', 'wrap', 'mirror', 'reflect'}. Received: fill_mode=",
       std::string(mode)});
}

int64_t order_of(std::string_view interpolation) {
  if (interpolation == "nearest") return 0;
  if (interpolation == "bilinear") return 1;
  raise_value_error(
      {"Invalid value for argument `interpolation`. Expected of one {'nearest', "
       "'bilinear'}. Received: interpolation=",
       std::string(interpolation)});
}

// Converts a coordinate; clamped, so that it fits 64 bits.
int64_t whole(float coordinate) {
  constexpr float kFar = 1e18f;
  return std::isnan(coordinate) ? -static_cast<int64_t>(kFar)
                                : static_cast<int64_t>(std::clamp(coordinate, -kFar, kFar));
}

int64_t modulo(int64_t a, int64_t n) { return ((a % n) + n) % n; }

int64_t mirrored(int64_t index, int64_t size) {
  const int64_t s = size - 1;
  return s == 0 ? 0 : std::abs(modulo(index + s, 2 * s) - s);
}

// Maps an index outside the image into it; -1 for the fill value.
int64_t position(int64_t index, int64_t size, Fill fill) {
  switch (fill) {
    case Fill::kConstant:
      return index >= 0 && index < size ? index : -1;
    case Fill::kNearest:
      return std::clamp<int64_t>(index, 0, size - 1);
    case Fill::kWrap:
      return modulo(index, size);
    case Fill::kMirror:
      return mirrored(index, size);
    case Fill::kReflect: {
      const int64_t twice = mirrored(2 * index + 1, 2 * size + 1) - 1;
      return twice >= 0 ? twice / 2 : (twice - 1) / 2;
    }
  }
  return -1;
}

struct Sampler {
  kernels::Dims shape, strides;
  int64_t order = 1;
  Fill fill = Fill::kConstant;
  float fill_value = 0;

  // The value at float coordinates, one per axis.
  float at(const float* image, const float* coordinates) const {
    const int rank = shape.rank();
    float sum = 0;
    const int corners = order == 0 ? 1 : 1 << rank;
    for (int corner = 0; corner < corners; ++corner) {
      float weight = 1;
      int64_t offset = 0;
      bool inside = true;
      for (int axis = 0; axis < rank; ++axis) {
        const float c = coordinates[axis];
        int64_t index = 0;
        if (order == 0) {
          index = whole(std::round(c));  // half away from zero
        } else {
          const float lower = std::floor(c);
          const bool upper = (corner >> axis) & 1;
          index = whole(lower) + upper;
          weight *= upper ? c - lower : 1 - (c - lower);
        }
        const int64_t at = position(index, shape[axis], fill);
        inside = inside && at >= 0;
        offset += at * strides[axis];
      }
      if (weight != 0) sum += weight * (inside ? image[offset] : fill_value);
    }
    return sum;
  }
};

Sampler sampler_of(const Shape& shape, const SampleOptions& options) {
  Sampler sampler;
  sampler.shape = dims(shape);
  sampler.strides = sampler.shape.strides();
  sampler.order = order_of(options.interpolation);
  sampler.fill = fill_of(options.fill_mode);
  sampler.fill_value = static_cast<float>(options.fill_value);
  return sampler;
}

// Samples one channel of images [batch, height, width, channels].
Sampler plane_sampler(const Shape& images, const SampleOptions& options) {
  Sampler sampler = sampler_of(images.slice(1, 3), options);
  const int64_t channels = images[3];
  sampler.strides[0] *= channels;
  sampler.strides[1] *= channels;
  return sampler;
}

// `locate(row, column, channel, coefficients, coordinates)` sets the coordinates in the image of an
// output value; `coefficients` are eight numbers per image.
template <class Locate>
Tensor emit_sampled(const Tensor& images, const Tensor& coefficients, const SampleOptions& options,
                    const Locate& locate) {
  const Shape& shape = images.shape();
  const bool each = coefficients.shape()[0] > 1;
  return emit({images, cast(coefficients, DType::kFloat32)}, Spec{shape, DType::kFloat32}, [&] {
    return function_step(
        "sample",
        [locate, sampler = plane_sampler(shape, options), each, batch = shape[0], height = shape[1],
         width = shape[2], channels = shape[3]](auto in, auto out, auto*) {
          const float* image = in[0].template as<float>();
          const float* numbers = in[1].template as<float>();
          float* y = out[0].template as<float>();
          for (int64_t b = 0; b < batch; ++b, image += height * width * channels) {
            for (int64_t row = 0; row < height; ++row) {
              for (int64_t column = 0; column < width; ++column) {
                for (int64_t channel = 0; channel < channels; ++channel) {
                  float coordinates[2];
                  locate(static_cast<float>(row), static_cast<float>(column),
                         static_cast<float>(channel), numbers + (each ? b * 8 : 0), coordinates);
                  *y++ = sampler.at(image + channel, coordinates);
                }
              }
            }
          }
        },
        {.operands = {{"images", shape}, {"transform", {each ? shape[0] : 1, 8}}}});
  });
}

Tensor batched(const Tensor& t, int rank) { return t.rank() == rank ? t : expand_dims(t, 0); }

Tensor affine_transform_op(const Tensor& images, const Tensor& transform,
                           const std::string& interpolation, const std::string& fill_mode,
                           double fill_value, const DataFormat& data_format) {
  return affine_transform(images, transform, {interpolation, fill_mode, fill_value, data_format});
}

Tensor perspective_transform_op(const Tensor& images, const Tensor& start_points,
                                const Tensor& end_points, const std::string& interpolation,
                                double fill_value, const DataFormat& data_format) {
  return perspective_transform(images, start_points, end_points,
                               {interpolation, "constant", fill_value, data_format});
}

Tensor elastic_transform_op(const Tensor& images, double alpha, double sigma,
                            const std::string& interpolation, const std::string& fill_mode,
                            double fill_value, const json::Value& given_seed,
                            const DataFormat& data_format) {
  const Seed seed = FieldTraits<Seed>::read(given_seed);
  const random::Key key = images.is_abstract() ? random::Key{} : draw_seed(seed);
  return elastic_transform(images, alpha, sigma,
                           {interpolation, fill_mode, fill_value, data_format}, key);
}

}  // namespace

KERAS_OP("ops.image", AffineTransform, affine_transform_op,
         "images, transform, .interpolation='bilinear', .fill_mode='constant', .fill_value=0, "
         ".data_format=None")
KERAS_OP(
    "ops.image", PerspectiveTransform, perspective_transform_op,
    "images, start_points, end_points, .interpolation='bilinear', .fill_value=0, .data_format=None")
KERAS_OP("ops.image", ElasticTransform, elastic_transform_op,
         "images, .alpha=20.0, .sigma=5.0, .interpolation='bilinear', .fill_mode='reflect', "
         ".fill_value=0.0, .seed=None, .data_format=None")

Tensor affine_transform(const Tensor& images, const Tensor& transform,
                        const SampleOptions& options) {
  if (makes_node(rows::AffineTransform, {images, transform})) {
    return make_node(rows::AffineTransform,
                     {images, transform, options.interpolation, options.fill_mode,
                      options.fill_value, options.data_format});
  }
  if (transform.rank() != 1 && transform.rank() != 2) {
    raise_value_error(
        {"Invalid transform rank: expected rank 1 (single transform) or rank 2 (batch "
         "of transforms). Received input with shape: transform.shape=",
         repr(transform.shape())});
  }
  const ImageLayout layout(images, options.data_format);
  // As in Keras, c0 and c1 are multiplied by the channel index.
  const auto locate = [](float row, float column, float channel, const float* t, float* at) {
    at[0] = row * t[4] + column * t[3] + channel * t[6] + t[5];
    at[1] = row * t[1] + column * t[0] + channel * t[7] + t[2];
  };
  return layout.restore(emit_sampled(layout.images(), batched(transform, 2), options, locate));
}

Tensor compute_homography_matrix(const Tensor& start, const Tensor& end) {
  const auto x_of = [](const Tensor& t) { return get_item(t, Tree::tuple({Tree::Ellipsis(), 0})); };
  const auto y_of = [](const Tensor& t) { return get_item(t, Tree::tuple({Tree::Ellipsis(), 1})); };
  const Tensor sx = x_of(start), sy = y_of(start), ex = x_of(end), ey = y_of(end);
  const Tensor zero = zeros_like(ex), one = ones_like(ex);
  const auto product = [](const Tensor& a, const Tensor& b) { return negative(multiply(a, b)); };
  const Tensor x_rows =
      stack({ex, ey, one, zero, zero, zero, product(sx, ex), product(sx, ey)}, -1);
  const Tensor y_rows =
      stack({zero, zero, zero, ex, ey, one, product(sy, ex), product(sy, ey)}, -1);
  const Tensor target = expand_dims(concatenate({sx, sy}, -1), -1);
  const Tree solved = call_op("solve", {concatenate({x_rows, y_rows}, 1), target});
  return squeeze(solved.as_tensor(), -1);
}

Tensor perspective_transform(const Tensor& images, const Tensor& start_points,
                             const Tensor& end_points, const SampleOptions& options) {
  if (makes_node(rows::PerspectiveTransform, {images, start_points, end_points})) {
    return make_node(rows::PerspectiveTransform,
                     {images, start_points, end_points, options.interpolation, options.fill_value,
                      options.data_format});
  }
  for (const auto& [points, name] :
       {std::pair(start_points, "start_points"), std::pair(end_points, "end_points")}) {
    const Shape& shape = points.shape();
    if ((shape.rank() != 2 && shape.rank() != 3) || shape.slice(shape.rank() - 2) != Shape{4, 2}) {
      raise_value_error({"Invalid ", std::string(name),
                         " shape: expected (4,2) for a single image "
                         "or (N,4,2) for a batch. Received shape: ",
                         repr(shape)});
    }
  }
  const ImageLayout layout(images, options.data_format);
  const Tensor start = cast(batched(start_points, 3), DType::kFloat32);
  const Tensor end = cast(batched(end_points, 3), DType::kFloat32);
  const auto locate = [](float row, float column, float, const float* t, float* at) {
    const float scale = t[6] * column + t[7] * row + 1;
    at[0] = (t[3] * column + t[4] * row + t[5]) / scale;
    at[1] = (t[0] * column + t[1] * row + t[2]) / scale;
  };
  SampleOptions constant = options;
  constant.fill_mode = "constant";
  return layout.restore(
      emit_sampled(layout.images(), compute_homography_matrix(start, end), constant, locate));
}

KERAS_OP("ops.image", MapCoordinates, map_coordinates,
         "inputs, coordinates, .order, .fill_mode='constant', .fill_value=0")
Tensor map_coordinates(const Tensor& inputs, const Tensor& coordinates, int64_t order,
                       std::string_view fill_mode, double fill_value) {
  if (makes_node(rows::MapCoordinates, {inputs, coordinates}))
    return make_node(rows::MapCoordinates, {inputs, coordinates, order, fill_mode, fill_value});
  if (coordinates.rank() < 2) {
    raise_value_error(
        {"Invalid coordinates rank: expected at least rank 2. Received input with "
         "shape: ",
         repr(coordinates.shape())});
  }
  if (coordinates.shape()[0] != inputs.rank()) {
    raise_value_error(
        {"First dim of `coordinates` must be the same as the rank of `inputs`. Received "
         "inputs with shape: ",
         repr(inputs.shape()), " and coordinate leading dim of ",
         std::to_string(coordinates.shape()[0])});
  }
  if (order != 0 && order != 1) {
    raise_value_error(
        {"Invalid value for argument `order`. Expected one of [0, 1]. Received: order=",
         std::to_string(order)});
  }
  const SampleOptions options{order == 0 ? "nearest" : "bilinear", std::string(fill_mode),
                              fill_value, "channels_last"};
  const Tensor image = cast(inputs, DType::kFloat32), at = cast(coordinates, DType::kFloat32);
  const Shape shape = coordinates.shape().slice(1);
  if (inputs.shape().is_fully_defined() && inputs.size() == 0) {
    raise_value_error(
        {"`inputs` must not be empty. Received: inputs.shape=", repr(inputs.shape())});
  }
  const Tensor y = emit({image, at}, Spec{shape, DType::kFloat32}, [&] {
    return function_step("sample", [sampler = sampler_of(inputs.shape(), options), n = shape.size(),
                                    rank = inputs.rank()](auto in, auto out, auto*) {
      std::array<float, kernels::kMaxRank> coordinates_of{};
      for (int64_t i = 0; i < n; ++i) {
        for (int axis = 0; axis < rank; ++axis) {
          coordinates_of[static_cast<size_t>(axis)] = in[1].template as<float>()[axis * n + i];
        }
        out[0].template as<float>()[i] =
            sampler.at(in[0].template as<float>(), coordinates_of.data());
      }
    });
  });
  return cast(y, inputs.dtype());
}

Tensor elastic_transform(const Tensor& images, double alpha, double sigma,
                         const SampleOptions& options, const random::Key& key) {
  const ImageLayout layout(images, options.data_format);
  const Tensor& x = layout.images();
  if (x.is_abstract()) return Tensor::abstract(images.shape(), images.dtype());
  const Shape plane = x.shape().slice(0, 3).concat({1});
  const int64_t size = whole(static_cast<float>(6 * sigma)) | 1;
  // Keras draws both displacements from the same key, so they are equal.
  const Tensor noise = multiply(random_normal(plane, 0, 1, DType::kFloat32, key), sigma);
  const Tensor shift = multiply(gaussian_blur(noise, {size, size}, {sigma, sigma}), alpha);
  const Tensor y = emit({x, shift}, Spec{x.shape(), DType::kFloat32}, [&] {
    return function_step(
        "sample",
        [sampler = plane_sampler(x.shape(), options), batch = x.shape()[0], height = x.shape()[1],
         width = x.shape()[2], channels = x.shape()[3]](auto in, auto out, auto*) {
          const float* image = in[0].template as<float>();
          const float* moved = in[1].template as<float>();
          float* to = out[0].template as<float>();
          for (int64_t b = 0; b < batch; ++b, image += height * width * channels) {
            for (int64_t row = 0; row < height; ++row) {
              for (int64_t column = 0; column < width; ++column, ++moved) {
                const float at[2] = {static_cast<float>(row) + *moved,
                                     static_cast<float>(column) + *moved};
                for (int64_t c = 0; c < channels; ++c) *to++ = sampler.at(image + c, at);
              }
            }
          }
        });
  });
  return layout.restore(y);
}

}  // namespace keras::ops
