// Cropping and padding images.
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/image.h"
#include "ops/image/images.h"
#include "ops/nn/window.h"
#include "ops/numpy.h"

namespace keras::ops {
namespace {

// Any two of these sizes along an axis determine the third.
struct Side {
  std::optional<int64_t> before, after, target;
};

[[noreturn]] void need_two(const char* before, const char* after, const char* target) {
  raise_value_error(
      {"Must specify exactly two of ", std::string(before), ", ", after, ", ", target, "."});
}

int64_t not_negative(int64_t value, const std::string& name) {
  if (value < 0) {
    raise_value_error({name, " must be >= 0. Received: ", name, "=", std::to_string(value)});
  }
  return value;
}

struct Axes2 {
  int height, width;
};
Axes2 axes_of(const Tensor& images, const DataFormat& data_format) {
  check_images(images);
  const int last = images.rank() - 1;
  return is_channels_first(data_format) ? Axes2{last - 1, last} : Axes2{last - 2, last - 1};
}

Side side_of(std::optional<int64_t> size_before, std::optional<int64_t> size_after,
             std::optional<int64_t> size_target, const char* before, const char* after,
             const char* target) {
  const Side side{size_before, size_after, size_target};
  if (side.before.has_value() + side.after.has_value() + side.target.has_value() != 2) {
    need_two(before, after, target);
  }
  return side;
}

PadWidth padding_of(const Side& side, int64_t size, const std::string& before,
                    const std::string& after) {
  const auto rest = [&](int64_t other) {
    return checked_sum(checked_sum(*side.target, -size), checked_product(other, -1));
  };
  const int64_t first = side.before ? *side.before : rest(*side.after);
  const int64_t second = side.after ? *side.after : rest(*side.before);
  return {not_negative(first, before), not_negative(second, after)};
}

struct Range {
  int64_t start, size;
};
Range range_of(const Side& side, int64_t size, const std::string& before,
               const std::string& target) {
  const auto rest = [&](int64_t one, int64_t other) {
    return checked_sum(size, checked_product(checked_sum(one, other), -1));
  };
  const int64_t start = side.before ? *side.before : rest(*side.target, *side.after);
  const int64_t kept = side.target ? *side.target : rest(*side.after, *side.before);
  return {not_negative(start, before), not_negative(kept, target)};
}

// The size of the result when the size of the image is not known.
int64_t unknown_crop(const Side& side) { return side.target.value_or(kNone); }

using Padding = std::optional<int64_t>;

Tensor pad_images(const Tensor& images, Padding top, Padding left, Padding bottom, Padding right,
                  Padding target_height, Padding target_width, const DataFormat& data_format) {
  const Axes2 axes = axes_of(images, data_format);
  const Side rows =
      side_of(top, bottom, target_height, "top_padding", "bottom_padding", "target_height");
  const Side columns =
      side_of(left, right, target_width, "left_padding", "right_padding", "target_width");
  const int64_t height = images.shape()[axes.height], width = images.shape()[axes.width];
  if (height == kNone || width == kNone) {
    const Shape shape = images.shape().with(axes.height, rows.target.value_or(kNone));
    return Tensor::abstract(shape.with(axes.width, columns.target.value_or(kNone)), images.dtype());
  }
  std::vector<PadWidth> widths(static_cast<size_t>(images.rank()));
  widths[static_cast<size_t>(axes.height)] =
      padding_of(rows, height, "top_padding", "bottom_padding");
  widths[static_cast<size_t>(axes.width)] =
      padding_of(columns, width, "left_padding", "right_padding");
  return pad(images, widths);
}

Tensor crop_images(const Tensor& images, Padding top, Padding left, Padding bottom, Padding right,
                   Padding target_height, Padding target_width, const DataFormat& data_format) {
  const Axes2 axes = axes_of(images, data_format);
  const Side rows =
      side_of(top, bottom, target_height, "top_cropping", "bottom_cropping", "target_height");
  const Side columns =
      side_of(left, right, target_width, "left_cropping", "right_cropping", "target_width");
  const int64_t height = images.shape()[axes.height], width = images.shape()[axes.width];
  if (height == kNone || width == kNone) {
    const Shape shape = images.shape().with(axes.height, unknown_crop(rows));
    return Tensor::abstract(shape.with(axes.width, unknown_crop(columns)), images.dtype());
  }
  const Range y = range_of(rows, height, "top_cropping", "target_height");
  const Range x = range_of(columns, width, "left_cropping", "target_width");
  std::vector<int64_t> start(static_cast<size_t>(images.rank()));
  start[static_cast<size_t>(axes.height)] = y.start;
  start[static_cast<size_t>(axes.width)] = x.start;
  return slice(images, start, images.shape().with(axes.height, y.size).with(axes.width, x.size));
}

}  // namespace

KERAS_OP("ops.image", PadImages, pad_images,
         "images, .top_padding=None, .left_padding=None, .bottom_padding=None, "
         ".right_padding=None, .target_height=None, .target_width=None, .data_format=None")
KERAS_OP("ops.image", CropImages, crop_images,
         "images, .top_cropping=None, .left_cropping=None, .bottom_cropping=None, "
         ".right_cropping=None, .target_height=None, .target_width=None, .data_format=None")

}  // namespace keras::ops
