// Conv3D: convolution of volumes (keras/src/layers/convolutional/conv3d.py).
#include "layers/convolutional/base_conv.h"

namespace keras {
namespace {

class Conv3D final : public BaseConv {
 public:
  Conv3D() : BaseConv(3) {}
};

}  // namespace

KERAS_LAYER(Conv3D, "Convolution3D")

}  // namespace keras
