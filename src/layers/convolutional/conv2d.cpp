// Conv2D: convolution of images (keras/src/layers/convolutional/conv2d.py).
#include "layers/convolutional/base_conv.h"

namespace keras {
namespace {

class Conv2D final : public BaseConv {
 public:
  Conv2D() : BaseConv(2) {}
};

}  // namespace

KERAS_LAYER(Conv2D, "Convolution2D")

}  // namespace keras
