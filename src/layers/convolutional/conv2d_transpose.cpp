// Conv2DTranspose: transposed convolution of images
// (keras/src/layers/convolutional/conv2d_transpose.py).
#include "layers/convolutional/base_conv_transpose.h"

namespace keras {
namespace {

class Conv2DTranspose final : public BaseConvTranspose {
 public:
  Conv2DTranspose() : BaseConvTranspose(2) {}
};

}  // namespace

KERAS_LAYER(Conv2DTranspose, "Convolution2DTranspose")

}  // namespace keras
