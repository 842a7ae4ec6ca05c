#include "layers/preprocessing/image_preprocessing/bounding_boxes/bounding_box.h"

#include <algorithm>
#include <numbers>
#include <string>

#include "base/error.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras::bounding_boxes {
namespace {

using ops::add;
using ops::divide;
using ops::multiply;
using ops::Operand;
using ops::subtract;

// The four columns of boxes, each [..., 1].
struct Columns {
  Tensor first, second, third, fourth;
};

Columns split(const Tensor& boxes) {
  const std::vector<Tensor> columns = ops::split(boxes, 4, -1);
  return {columns[0], columns[1], columns[2], columns[3]};
}

Tensor join(const Tensor& a, const Tensor& b, const Tensor& c, const Tensor& d) {
  return ops::concatenate({a, b, c, d}, -1);
}

enum class Layout { kCorners, kSize, kCenter };
struct Format {
  std::string_view name;
  Layout layout;
  bool y_first;
  bool relative;
};
constexpr Format kFormats[] = {
    {"xyxy", Layout::kCorners, false, false},
    {"yxyx", Layout::kCorners, true, false},
    {"xywh", Layout::kSize, false, false},
    {"center_xywh", Layout::kCenter, false, false},
    {"center_yxhw", Layout::kCenter, true, false},
    {"rel_xyxy", Layout::kCorners, false, true},
    {"rel_yxyx", Layout::kCorners, true, true},
    {"rel_xywh", Layout::kSize, false, true},
    {"rel_center_xywh", Layout::kCenter, false, true},
};

const Format& format_of(std::string_view given) {
  std::string name(given);
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const auto* found = std::find_if(std::begin(kFormats), std::end(kFormats),
                                   [&](const Format& format) { return format.name == name; });
  if (found != std::end(kFormats)) return *found;
  raise_value_error(
      {"Invalid source or target format. Supported formats: ('xyxy', 'yxyx', 'xywh', "
       "'center_xywh', 'center_yxhw', 'rel_xyxy', 'rel_yxyx', 'rel_xywh', 'rel_center_xywh')"});
}

Columns swapped(const Columns& c) { return {c.second, c.first, c.fourth, c.third}; }

Columns to_corners(const Columns& c, Layout layout) {
  if (layout == Layout::kCorners) return c;
  if (layout == Layout::kSize) {
    return {c.first, c.second, add(c.first, c.third), add(c.second, c.fourth)};
  }
  const Tensor half_width = divide(c.third, 2.0), half_height = divide(c.fourth, 2.0);
  return {subtract(c.first, half_width), subtract(c.second, half_height), add(c.first, half_width),
          add(c.second, half_height)};
}

Columns from_corners(const Columns& c, Layout layout) {
  if (layout == Layout::kCorners) return c;
  const Tensor width = subtract(c.third, c.first), height = subtract(c.fourth, c.second);
  if (layout == Layout::kSize) return {c.first, c.second, width, height};
  return {add(c.first, divide(width, 2.0)), add(c.second, divide(height, 2.0)), width, height};
}

Columns scaled(const Columns& c, const Operand& height, const Operand& width,
               Tensor (*scale)(const Operand&, const Operand&)) {
  return {scale(c.first, width), scale(c.second, height), scale(c.third, width),
          scale(c.fourth, height)};
}

Operand with_dtype(const Operand& size, DType dtype) {
  return size.is_tensor() ? Operand(ops::cast(size, dtype)) : Operand(size.number());
}

BoundingBoxes clipped(const BoundingBoxes& given, const Operand& height, const Operand& width) {
  const Columns c = split(given.boxes);
  const Tensor x1 = ops::clip(c.first, 0, width), y1 = ops::clip(c.second, 0, height);
  const Tensor x2 = ops::clip(c.third, 0, width), y2 = ops::clip(c.fourth, 0, height);
  const Tensor areas = ops::squeeze(multiply(subtract(x2, x1), subtract(y2, y1)), -1);
  return {join(x1, y1, x2, y2), ops::where(ops::greater(areas, 0), given.labels, -1)};
}

}  // namespace

Tensor convert_format(const Tensor& boxes, std::string_view source, std::string_view target,
                      const Operand& height, const Operand& width, DType dtype) {
  if (boxes.shape().empty() || boxes.shape().back() != 4) {
    raise_value_error(
        {"`boxes` must be a tensor with the last dimension of 4. Received: boxes.shape=",
         repr(boxes.shape())});
  }
  const Format& from = format_of(source);
  const Format& to = format_of(target);
  const Tensor given = ops::cast(boxes, dtype);
  if (&from == &to) return given;
  const Operand h = with_dtype(height, dtype), w = with_dtype(width, dtype);
  const bool rescaled = from.relative != to.relative;
  Columns c = split(given);
  if (from.y_first) c = swapped(c);
  c = to_corners(c, from.layout);
  if (rescaled && from.relative) c = scaled(c, h, w, multiply);
  c = from_corners(c, to.layout);
  if (rescaled && to.relative) c = scaled(c, h, w, divide);
  if (to.y_first) c = swapped(c);
  return join(c.first, c.second, c.third, c.fourth);
}

BoundingBoxes clip_to_image_size(const BoundingBoxes& bounding_boxes, const Operand& height,
                                 const Operand& width) {
  const DType dtype = bounding_boxes.boxes.dtype();
  return clipped(bounding_boxes, with_dtype(height, dtype), with_dtype(width, dtype));
}

BoundingBoxes clip_to_image_size(const BoundingBoxes& bounding_boxes) {
  return clipped(bounding_boxes, 1.0, 1.0);
}

Tensor rotate(const Tensor& boxes, const Tensor& angle, int64_t height, int64_t width) {
  const double center_x = 0.5 * static_cast<double>(width - 1);
  const double center_y = 0.5 * static_cast<double>(height - 1);
  const Tensor turn =
      ops::expand_dims(multiply(ops::negative(angle), std::numbers::pi / 180), {1, 2});
  const Tensor cosine = ops::cos(turn), sine = ops::sin(turn), minus_sine = ops::negative(sine);
  // Along one axis: by_x * x + by_y * y + the shift that keeps the center fixed.
  const auto moved = [&](const Tensor& x, const Tensor& y, const Tensor& by_x, const Tensor& by_y,
                         double center) {
    const Tensor shift =
        subtract(subtract(center, multiply(by_x, center_x)), multiply(by_y, center_y));
    return add(add(multiply(by_x, x), multiply(by_y, y)), shift);
  };
  const Columns c = split(ops::cast(boxes, angle.dtype()));
  std::vector<Tensor> xs, ys;
  for (const auto& [x, y] : {std::pair(c.first, c.second), std::pair(c.third, c.second),
                             std::pair(c.third, c.fourth), std::pair(c.first, c.fourth)}) {
    xs.push_back(moved(x, y, cosine, minus_sine, center_x));
    ys.push_back(moved(x, y, sine, cosine, center_y));
  }
  const Tensor x = ops::concatenate(xs, -1), y = ops::concatenate(ys, -1);
  return join(ops::amin(x, -1, true), ops::amin(y, -1, true), ops::amax(x, -1, true),
              ops::amax(y, -1, true));
}

}  // namespace keras::bounding_boxes
