// Colors: RGB and HSV (keras/src/backend/jax/image.py).
#include <limits>

#include "ops/core.h"
#include "ops/image.h"
#include "ops/image/images.h"
#include "ops/nn/window.h"
#include "ops/numpy.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

void check_float(const Tensor& images) {
  if (is_float(images.dtype())) return;
  raise_value_error({"Invalid images dtype: expected float dtype. Received: images.dtype=",
                     std::string(dtype_name(images.dtype()))});
}

// The three planes, as float32.
std::vector<Tensor> planes(const Tensor& images, int axis) {
  std::vector<Tensor> result;
  for (const Tensor& plane : split(cast(images, DType::kFloat32), 3, axis)) {
    result.push_back(squeeze(plane, axis));
  }
  return result;
}

int channel_axis(const DataFormat& data_format) { return is_channels_first(data_format) ? -3 : -1; }

}  // namespace

KERAS_OP("ops.image", RGBToHSV, rgb_to_hsv, "images, .data_format=None")
Tensor rgb_to_hsv(const Tensor& images, const DataFormat& data_format) {
  if (makes_node(rows::RGBToHSV, images)) return make_node(rows::RGBToHSV, {images, data_format});
  check_images(images);
  check_float(images);
  const int axis = channel_axis(data_format);
  const double epsilon = std::numeric_limits<float>::epsilon();
  const auto rgb = planes(where(less(absolute(images), epsilon), 0.0, images), axis);
  const Tensor &r = rgb[0], &g = rgb[1], &b = rgb[2];
  const Tensor value = maximum(maximum(r, g), b);
  const Tensor range = subtract(value, minimum(minimum(r, g), b));
  const Tensor some = greater(range, 0);
  const Tensor norm = divide(1.0, multiply(6.0, where(some, range, 1.0)));
  const Tensor bright = greater(value, 0);
  const Tensor saturation = where(bright, divide(range, where(bright, value, 1.0)), 0.0);
  Tensor hue = where(equal(value, g), add(multiply(norm, subtract(b, r)), 2.0 / 6),
                     add(multiply(norm, subtract(r, g)), 4.0 / 6));
  hue = where(equal(value, r), multiply(norm, subtract(g, b)), hue);
  hue = add(where(some, hue, 0.0), cast(less(hue, 0), DType::kFloat32));
  return cast(stack({hue, saturation, value}, axis), images.dtype());
}

KERAS_OP("ops.image", HSVToRGB, hsv_to_rgb, "images, .data_format=None")
Tensor hsv_to_rgb(const Tensor& images, const DataFormat& data_format) {
  if (makes_node(rows::HSVToRGB, images)) return make_node(rows::HSVToRGB, {images, data_format});
  check_images(images);
  check_float(images);
  const int axis = channel_axis(data_format);
  const auto hsv = planes(images, axis);
  const Tensor &saturation = hsv[1], &value = hsv[2];
  const Tensor sixth = multiply(mod(hsv[0], 1.0), 6.0);
  const auto from_distance = [&](double center) {
    return clip(subtract(2.0, absolute(subtract(sixth, center))), 0.0, 1.0);
  };
  const Tensor dr = clip(subtract(absolute(subtract(sixth, 3.0)), 1.0), 0.0, 1.0);
  const Tensor dg = from_distance(2), db = from_distance(4);
  const auto colour = [&](const Tensor& d) {
    return multiply(value, add(subtract(1.0, saturation), multiply(saturation, d)));
  };
  return cast(stack({colour(dr), colour(dg), colour(db)}, axis), images.dtype());
}

}  // namespace keras::ops
