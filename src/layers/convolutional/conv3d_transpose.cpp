// Conv3DTranspose: transposed convolution of volumes
// (keras/src/layers/convolutional/conv3d_transpose.py).
#include "layers/convolutional/base_conv_transpose.h"

namespace keras {
namespace {

class Conv3DTranspose final : public BaseConvTranspose {
 public:
  Conv3DTranspose() : BaseConvTranspose(3) {}
};

}  // namespace

KERAS_LAYER(Conv3DTranspose, "Convolution3DTranspose")

}  // namespace keras
