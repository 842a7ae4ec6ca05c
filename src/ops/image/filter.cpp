// Filters over images: blur, edges, similarity, patches.
#include <cmath>

#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/image.h"
#include "ops/image/images.h"
#include "ops/nn.h"
#include "ops/nn/window.h"
#include "ops/numpy.h"
#include "ops/table/registry.h"

namespace keras::ops {
namespace {

// A bell of `size` values that sum up to 1.
std::vector<float> gaussian(int64_t size, double sigma) {
  std::vector<float> values;
  float sum = 0;
  for (int64_t i = 0; i < size; ++i) {
    const double x = (static_cast<double>(i) - static_cast<double>(size - 1) / 2) / sigma;
    values.push_back(static_cast<float>(std::exp(-0.5 * x * x)));
    sum += values.back();
  }
  for (float& value : values) value /= sum;
  return values;
}

// The product of two rows as weights of a depthwise convolution.
Tensor outer_kernel(const std::vector<float>& rows, const std::vector<float>& columns,
                    int64_t channels) {
  const auto height = static_cast<int64_t>(rows.size());
  const auto width = static_cast<int64_t>(columns.size());
  const Tensor kernel = Tensor::allocate(Shape{height, width, channels, 1}, DType::kFloat32);
  float* to = kernel.data<float>();
  for (const float row : rows) {
    for (const float column : columns) {
      for (int64_t c = 0; c < channels; ++c) *to++ = row * column;
    }
  }
  return kernel;
}

Tensor same_filter(const Tensor& x, const std::vector<float>& rows,
                   const std::vector<float>& columns) {
  const int64_t channels = x.shape().back();
  if (channels == kNone) return x;
  return depthwise_conv(x, outer_kernel(rows, columns, channels), {.padding = "same"});
}

Tensor ssim(const OpCall& c) {
  const ImageLayout first(c.tensor("image1"), c.data_format());
  const ImageLayout second(c.tensor("image2"), c.data_format());
  const DType dtype = c.tensor("image1").dtype();
  const bool single = c.tensor("image1").rank() == 3;
  const Tensor &a = first.images(), &b = second.images();
  const int64_t filter_size = c.integer("filter_size");
  byte_size(Shape{filter_size, filter_size}, DType::kFloat32);
  const auto bell = gaussian(filter_size, c.number("filter_sigma"));
  const int64_t channels = a.shape().back();
  if (!a.shape().is_fully_defined()) {
    return Tensor::abstract(single ? Shape{} : Shape{a.shape()[0]}, dtype);
  }
  const Tensor kernel = outer_kernel(bell, bell, channels);
  const auto smooth = [&](const Tensor& x) { return depthwise_conv(x, kernel); };
  const double c1 = std::pow(c.number("k1") * c.number("max_val"), 2);
  const double c2 = std::pow(c.number("k2") * c.number("max_val"), 2);
  const Tensor mu1 = smooth(a), mu2 = smooth(b);
  const Tensor product = multiply(mu1, mu2);
  const Tensor squares = add(square(mu1), square(mu2));
  const Tensor variances = subtract(add(smooth(square(a)), smooth(square(b))), squares);
  const Tensor covariance = subtract(smooth(multiply(a, b)), product);
  const Tensor map =
      divide(multiply(add(multiply(2.0, product), c1), add(multiply(2.0, covariance), c2)),
             multiply(add(squares, c1), add(variances, c2)));
  const Tensor y = mean(map, {1, 2, 3});
  return cast(single ? squeeze(y, 0) : y, dtype);
}

Tensor extract_patches(const OpCall& c) {
  const Tensor images = c.tensor("images");
  const auto given = c.integers("size");
  const int axes = given.size() == 3 ? 3 : 2;
  const auto size = per_axis(given, axes, "size");
  const bool first = is_channels_first(c.data_format());
  const bool single = images.rank() == axes + 1;
  const int64_t channels = images.shape()[first ? images.rank() - axes - 1 : images.rank() - 1];
  int64_t patch = channels;
  for (const int64_t s : size) patch = times(patch, s);
  // A convolution whose every output channel is one place of the patch.
  Shape shape(size);
  const Tensor kernel = reshape(eye(patch), shape.concat({channels, patch}).dims());
  ConvOptions options;
  options.strides =
      FieldTraits<Ints>::read(c.is_none("strides") ? c.field("size") : c.field("strides"));
  options.padding = c.string("padding");
  options.data_format = first ? "channels_first" : "channels_last";
  options.dilation_rate = FieldTraits<Ints>::read(c.field("dilation_rate"));
  const Tensor y = conv(single ? expand_dims(images, 0) : images, kernel, options);
  return cast(single ? squeeze(y, 0) : y, images.dtype());
}

}  // namespace

Tensor gaussian_blur(const Tensor& images, const std::array<int64_t, 2>& kernel_size,
                     const std::array<double, 2>& sigma, std::string_view data_format) {
  if (makes_node(images)) {
    return make_node("GaussianBlur", {images},
                     {{"kernel_size", json::Array{kernel_size[0], kernel_size[1]}},
                      {"sigma", json::Array{sigma[0], sigma[1]}},
                      {"data_format", data_format}})
        .as_tensor();
  }
  byte_size(Shape{kernel_size[0], kernel_size[1]}, DType::kFloat32);
  const ImageLayout layout(images, data_format);
  return layout.restore(same_filter(layout.images(), gaussian(kernel_size[1], sigma[1]),
                                    gaussian(kernel_size[0], sigma[0])));
}

namespace calls {

Tree GaussianBlur(const OpCall& c) {
  const auto size = c.integers("kernel_size");
  const json::Array& sigma = c.field("sigma").as_array();
  return gaussian_blur(c.tensor("images"), {size.at(0), size.at(1)},
                       {sigma.at(0).as_double(), sigma.at(1).as_double()}, c.data_format());
}
Tree SobelEdges(const OpCall& c) {
  const ImageLayout layout(c.tensor("images"), c.data_format());
  const std::vector<float> slope{-1, 0, 1}, bell{1, 2, 1};
  const Tensor x = layout.restore(same_filter(layout.images(), bell, slope));
  const Tensor y = layout.restore(same_filter(layout.images(), slope, bell));
  return stack({y, x}, -1);
}
Tree SSIM(const OpCall& c) { return ssim(c); }
Tree ExtractPatches(const OpCall& c) { return extract_patches(c); }
// The same class under another function, whose argument has another name.
Tree extract_patches_3d(const OpCall& c) {
  Tree::Dict arguments;
  for (const char* name : {"size", "strides", "dilation_rate", "padding", "data_format"}) {
    arguments.set(name, c.arg(name));
  }
  return call_op("image.extract_patches", {c.arg("volumes")}, arguments);
}

}  // namespace calls
}  // namespace keras::ops
