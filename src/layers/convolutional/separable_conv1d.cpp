// SeparableConv1D: depthwise, then pointwise convolution of sequences
// (keras/src/layers/convolutional/separable_conv1d.py).
#include "layers/convolutional/base_separable_conv.h"

namespace keras {
namespace {

class SeparableConv1D final : public BaseSeparableConv {
 public:
  SeparableConv1D() : BaseSeparableConv(1) {}
};

}  // namespace

KERAS_LAYER(SeparableConv1D, "SeparableConvolution1D")

}  // namespace keras
