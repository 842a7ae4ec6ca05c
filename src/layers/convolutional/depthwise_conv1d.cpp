// DepthwiseConv1D: convolves each channel of sequences separately
// (keras/src/layers/convolutional/depthwise_conv1d.py).
#include "layers/convolutional/base_depthwise_conv.h"

namespace keras {
namespace {

class DepthwiseConv1D final : public BaseDepthwiseConv {
 public:
  DepthwiseConv1D() : BaseDepthwiseConv(1) {}
};

}  // namespace

KERAS_LAYER(DepthwiseConv1D)

}  // namespace keras
