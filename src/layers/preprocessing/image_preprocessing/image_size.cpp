#include "layers/preprocessing/image_preprocessing/image_size.h"

#include <algorithm>

#include "base/error.h"
#include "ops/core.h"

namespace keras {
namespace {

int height_axis(const Shape& images, const DataFormat& data_format) {
  return images.rank() - (data_format.channels_first ? 2 : 3);
}

// As Python's int(float(a * b) / c).
int64_t scaled(int64_t a, int64_t b, int64_t c) {
  constexpr double kLargest = 1e18;
  return static_cast<int64_t>(
      std::min(kLargest, static_cast<double>(a) * static_cast<double>(b) / static_cast<double>(c)));
}

}  // namespace

void ImageSize::check() const {
  if (height > 0 && width > 0) return;
  raise_value_error({"Images need a positive height and width. Received: height=",
                     std::to_string(height), ", width=", std::to_string(width)});
}

Shape ImageSize::applied_to(const Shape& images, const DataFormat& data_format) const {
  const int axis = height_axis(images, data_format);
  return images.with(axis, height).with(axis + 1, width);
}

CenterWindow center_window(int64_t height, int64_t width, const ImageSize& size) {
  size.check();
  const auto within = [](int64_t wanted, int64_t limit) {
    return std::max<int64_t>(std::min(limit, wanted), 1);
  };
  CenterWindow window;
  window.height = within(scaled(width, size.height, size.width), height);
  window.width = within(scaled(height, size.width, size.height), width);
  window.top = (height - window.height) / 2;
  window.left = (width - window.width) / 2;
  return window;
}

Tensor cropped(const Tensor& images, int64_t top, int64_t left, const ImageSize& size,
               const DataFormat& data_format) {
  const int axis = height_axis(images.shape(), data_format);
  Shape shape = images.shape();
  std::vector<int64_t> start(static_cast<size_t>(shape.rank()));
  const auto cut = [&](int along, int64_t from, int64_t wanted) {
    from = std::clamp<int64_t>(from, 0, shape[along]);
    start[static_cast<size_t>(along)] = from;
    shape[along] = std::clamp<int64_t>(wanted, 0, shape[along] - from);
  };
  cut(axis, top, size.height);
  cut(axis + 1, left, size.width);
  return ops::slice(images, start, shape);
}

}  // namespace keras
