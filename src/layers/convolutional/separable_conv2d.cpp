// SeparableConv2D: depthwise, then pointwise convolution of images
// (keras/src/layers/convolutional/separable_conv2d.py).
#include "layers/convolutional/base_separable_conv.h"

namespace keras {
namespace {

class SeparableConv2D final : public BaseSeparableConv {
 public:
  SeparableConv2D() : BaseSeparableConv(2) {}
};

}  // namespace

KERAS_LAYER(SeparableConv2D, "SeparableConvolution2D")

}  // namespace keras
