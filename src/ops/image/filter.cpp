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
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

// `size` values of a Gaussian with sum 1.
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

Tensor ssim(const Tensor& image1, const Tensor& image2, double max_val, int64_t filter_size,
            double filter_sigma, double k1, double k2, const DataFormat& data_format) {
  const ImageLayout first(image1, data_format), second(image2, data_format);
  const DType dtype = image1.dtype();
  const bool single = image1.rank() == 3;
  const Tensor &a = first.images(), &b = second.images();
  byte_size(Shape{filter_size, filter_size}, DType::kFloat32);
  const auto bell = gaussian(filter_size, filter_sigma);
  const int64_t channels = a.shape().back();
  if (!a.shape().is_fully_defined()) {
    return Tensor::abstract(single ? Shape{} : Shape{a.shape()[0]}, dtype);
  }
  const Tensor kernel = outer_kernel(bell, bell, channels);
  const auto smooth = [&](const Tensor& x) { return depthwise_conv(x, kernel); };
  const double c1 = std::pow(k1 * max_val, 2);
  const double c2 = std::pow(k2 * max_val, 2);
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

Tensor extract_patches(const Tensor& images, const Ints& given_size,
                       const std::optional<Ints>& strides, const Ints& dilation_rate,
                       const std::string& padding, const DataFormat& data_format) {
  const int axes = given_size.size() == 3 ? 3 : 2;
  const auto size = per_axis(given_size, axes, "size");
  const bool first = is_channels_first(data_format);
  const bool single = images.rank() == axes + 1;
  const int64_t channels = images.shape()[first ? images.rank() - axes - 1 : images.rank() - 1];
  int64_t patch = channels;
  for (const int64_t s : size) patch = times(patch, s);
  // A convolution with one output channel for each value of the patch.
  Shape shape(size);
  const Tensor kernel = reshape(eye(patch), shape.concat({channels, patch}).dims());
  const ConvOptions options{.strides = strides.value_or(given_size),
                            .padding = padding,
                            .data_format = data_format,
                            .dilation_rate = dilation_rate};
  const Tensor y = conv(single ? expand_dims(images, 0) : images, kernel, options);
  return cast(single ? squeeze(y, 0) : y, images.dtype());
}

// Makes the same class as extract_patches; its argument has another name.
Result<ValueType::kTensor> extract_patches_3d(const Unread<ValueType::kTensor>& volumes,
                                              const Ints& size, const std::optional<Ints>& strides,
                                              const Ints& dilation_rate, const std::string& padding,
                                              const DataFormat& data_format) {
  Tree::Dict options;
  for (const auto& [name, value] :
       std::initializer_list<std::pair<const char*, NodeArgument>>{{"size", size},
                                                                   {"strides", strides},
                                                                   {"dilation_rate", dilation_rate},
                                                                   {"padding", padding},
                                                                   {"data_format", data_format}}) {
    options.set(name, value.value());
  }
  return {call_op("image.extract_patches", {volumes.value}, options)};
}

Tensor sobel_edges(const Tensor& images, const DataFormat& data_format) {
  const ImageLayout layout(images, data_format);
  const std::vector<float> slope{-1, 0, 1}, bell{1, 2, 1};
  const Tensor x = layout.restore(same_filter(layout.images(), bell, slope));
  const Tensor y = layout.restore(same_filter(layout.images(), slope, bell));
  return stack({y, x}, -1);
}

Tensor gaussian_blur_op(const Tensor& images, const Ints& kernel_size, const json::Value& sigma,
                        const DataFormat& data_format) {
  const json::Array& sigmas = sigma.as_array();
  return gaussian_blur(images, {kernel_size.at(0), kernel_size.at(1)},
                       {sigmas.at(0).as_double(), sigmas.at(1).as_double()}, data_format);
}

}  // namespace

KERAS_OP("ops.image", GaussianBlur, gaussian_blur_op,
         "images, .kernel_size=(3, 3), .sigma=(1.0, 1.0), .data_format=None")
KERAS_OP("ops.image", SobelEdges, sobel_edges, "images, .data_format=None")
KERAS_OP("ops.image", SSIM, ssim,
         "image1, image2, .max_val=1.0, .filter_size=11, .filter_sigma=1.5, .k1=0.01, .k2=0.03, "
         ".data_format=None")
KERAS_OP("ops.image", ExtractPatches, extract_patches,
         "images, .size, .strides=None, .dilation_rate=1, .padding='valid', .data_format=None",
         /*names_config=*/false)
KERAS_FUNCTION(extract_patches_3d, extract_patches_3d,
               "volumes, size, strides=None, dilation_rate=1, padding='valid', data_format=None")

Tensor gaussian_blur(const Tensor& images, const std::array<int64_t, 2>& kernel_size,
                     const std::array<double, 2>& sigma, const DataFormat& data_format) {
  if (makes_node(rows::GaussianBlur, images))
    return make_node(rows::GaussianBlur, {images, Ints{kernel_size[0], kernel_size[1]},
                                          Tree::list({sigma[0], sigma[1]}), data_format});
  if (kernel_size[0] < 1 || kernel_size[1] < 1) {
    raise_value_error({"`kernel_size` must be positive. Received: kernel_size=(",
                       std::to_string(kernel_size[0]), ", ", std::to_string(kernel_size[1]), ")"});
  }
  byte_size(Shape{kernel_size[0], kernel_size[1]}, DType::kFloat32);
  const ImageLayout layout(images, data_format);
  return layout.restore(same_filter(layout.images(), gaussian(kernel_size[1], sigma[1]),
                                    gaussian(kernel_size[0], sigma[0])));
}

}  // namespace keras::ops
