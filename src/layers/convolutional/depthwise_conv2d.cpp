// DepthwiseConv2D: convolves each channel of images separately
// (keras/src/layers/convolutional/depthwise_conv2d.py).
#include "layers/convolutional/base_depthwise_conv.h"

namespace keras {
namespace {

class DepthwiseConv2D final : public BaseDepthwiseConv {
 public:
  DepthwiseConv2D() : BaseDepthwiseConv(2) {}
};

}  // namespace

KERAS_LAYER(DepthwiseConv2D)

}  // namespace keras
