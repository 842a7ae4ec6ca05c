// Resizing images, and grayscale (keras/src/backend/jax/image.py).
#include "kernels/resize.h"

#include <algorithm>

#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/image.h"
#include "ops/image/images.h"
#include "ops/nn/window.h"
#include "ops/numpy.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

kernels::Interpolation interpolation_of(std::string_view name) {
  if (name == "nearest") return kernels::Interpolation::kNearest;
  if (name == "bilinear") return kernels::Interpolation::kBilinear;
  if (name == "bicubic") return kernels::Interpolation::kBicubic;
  if (name == "lanczos3") return kernels::Interpolation::kLanczos3;
  if (name == "lanczos5") return kernels::Interpolation::kLanczos5;
  raise_value_error(
      {"Invalid value for argument `interpolation`. Expected of one ('bilinear', "
       "'nearest', 'lanczos3', 'lanczos5', 'bicubic'). Received: interpolation=",
       std::string(name)});
}

void check(const Tensor& images, const ResizeOptions& options) {
  if (options.fill_mode != "constant") {
    raise_value_error(
        {"Invalid value for argument `fill_mode`. Only `'constant'` is supported. "
         "Received: fill_mode=",
         options.fill_mode});
  }
  if (options.pad_to_aspect_ratio && options.crop_to_aspect_ratio) {
    raise_value_error(
        {"Only one of `pad_to_aspect_ratio` & `crop_to_aspect_ratio` can be `True`."});
  }
  check_images(images);
}

// As Python's int(float(a * b) / c).
int64_t scaled(int64_t a, int64_t b, int64_t c) {
  return static_cast<int64_t>(static_cast<double>(a * b) / static_cast<double>(c));
}

// The center with the target's aspect ratio; x is [batch, height, width, channels].
Tensor cropped(const Tensor& x, int64_t target_height, int64_t target_width) {
  const int64_t height = x.shape()[1], width = x.shape()[2];
  const int64_t h =
      std::max<int64_t>(1, std::min(height, scaled(width, target_height, target_width)));
  const int64_t w =
      std::max<int64_t>(1, std::min(width, scaled(height, target_width, target_height)));
  const int64_t top = (height - h) / 2, left = (width - w) / 2;
  const Tree::Slice all;
  return get_item(x, Tree::tuple({all, Tree::Slice{top, top + h, Tree()},
                                  Tree::Slice{left, left + w, Tree()}, all}));
}

// Pads both sides of one axis; as in Keras, the height when both are too small.
Tensor padded(const Tensor& x, int64_t target_height, int64_t target_width, double value) {
  const int64_t height = x.shape()[1], width = x.shape()[2];
  const int64_t h = std::max(height, scaled(width, target_height, target_width));
  const int64_t w = std::max(width, scaled(height, target_width, target_height));
  const int64_t top = (h - height) / 2;
  const int64_t left = top > 0 ? 0 : (w - width) / 2;
  return pad(x, {{0, 0}, {top, top}, {left, left}, {0, 0}}, "constant", value);
}

Tensor resize_last(Tensor x, int64_t height, int64_t width, const ResizeOptions& options) {
  const Shape shape = x.shape().with(1, height).with(2, width);
  const auto interpolation = interpolation_of(options.interpolation);
  if (!x.shape().is_fully_defined() || is_only_shape(shape)) {
    return Tensor::abstract(shape, DType::kFloat32);
  }
  if (options.crop_to_aspect_ratio) x = cropped(x, height, width);
  if (options.pad_to_aspect_ratio) x = padded(x, height, width, options.fill_value);
  if (x.shape() == shape) return x;
  return emit({x}, Spec{shape, DType::kFloat32}, [&] {
    const kernels::Resize p{.batch = x.shape()[0],
                            .in_height = x.shape()[1],
                            .in_width = x.shape()[2],
                            .out_height = height,
                            .out_width = width,
                            .channels = x.shape()[3],
                            .interpolation = interpolation,
                            .antialias = options.antialias};
    return function_step("resize",
                         [p](auto in, auto out, auto* scratch) {
                           kernels::resize(p, in[0].template as<float>(),
                                           out[0].template as<float>(),
                                           reinterpret_cast<float*>(scratch));
                         },
                         {.scratch = scratch_floats(kernels::resize_scratch_floats(p))});
  });
}

// Integers are rounded and clamped to their range.
Tensor back_to(const Tensor& y, DType dtype) {
  if (is_float(dtype)) return cast(y, dtype);
  return saturate_cast(round(y), dtype);
}

Tensor resize_op(const Tensor& images, const Unread<ValueType::kShape>& size,
                 const std::string& interpolation, bool antialias, bool crop_to_aspect_ratio,
                 bool pad_to_aspect_ratio, const std::string& fill_mode, double fill_value,
                 const DataFormat& data_format) {
  const Tree& sizes = size.value;
  if (!sizes.is_sequence() || sizes.items().size() != 2) {
    raise_value_error(
        {"Expected `size` to be a tuple of 2 integers. Received: size=", repr(sizes)});
  }
  return resize(images, size_of(sizes.items()[0]), size_of(sizes.items()[1]),
                {.interpolation = interpolation,
                 .antialias = antialias,
                 .crop_to_aspect_ratio = crop_to_aspect_ratio,
                 .pad_to_aspect_ratio = pad_to_aspect_ratio,
                 .fill_mode = fill_mode,
                 .fill_value = fill_value,
                 .data_format = data_format});
}

}  // namespace

KERAS_OP("ops.image", Resize, resize_op,
         "images, .size, .interpolation='bilinear', .antialias=False, .crop_to_aspect_ratio=False, "
         ".pad_to_aspect_ratio=False, .fill_mode='constant', .fill_value=0.0, .data_format=None")

Tensor resize(const Tensor& images, int64_t height, int64_t width, const ResizeOptions& options) {
  if (makes_node(rows::Resize, images))
    return make_node(rows::Resize,
                     {images, Shape{height, width}, options.interpolation, options.antialias,
                      options.crop_to_aspect_ratio, options.pad_to_aspect_ratio, options.fill_mode,
                      options.fill_value, options.data_format});
  check(images, options);
  const bool first = is_channels_first(options.data_format);
  const bool single = images.rank() == 3;
  Tensor x = cast(images, DType::kFloat32);
  if (single) x = expand_dims(x, 0);
  if (first) x = to_channels_last(x);
  Tensor y = resize_last(x, height, width, options);
  if (first) y = to_channels_first(y);
  if (single) y = squeeze(y, 0);
  return back_to(y, images.dtype());
}

KERAS_OP("ops.image", RGBToGrayscale, rgb_to_grayscale, "images, .data_format=None")
Tensor rgb_to_grayscale(const Tensor& images, const DataFormat& data_format) {
  if (makes_node(rows::RGBToGrayscale, images))
    return make_node(rows::RGBToGrayscale, {images, data_format});
  const int axis = is_channels_first(data_format) ? -3 : -1;
  check_images(images);
  const int64_t channels = images.shape()[images.rank() + axis];
  if (channels != 1 && channels != 3) {
    raise_value_error(
        {"Invalid channel size: expected 3 (RGB) or 1 (Grayscale). Received input "
         "with shape: images.shape=",
         repr(images.shape())});
  }
  if (channels == 1) return images;
  constexpr float kWeights[] = {0.2989f, 0.5870f, 0.1140f};
  const Tensor weights = Tensor::from(std::span<const float>(kWeights), Shape{3});
  const Tensor y = tensordot(cast(images, DType::kFloat32), weights, {axis}, {-1});
  return cast(expand_dims(y, axis), images.dtype());
}

}  // namespace keras::ops
