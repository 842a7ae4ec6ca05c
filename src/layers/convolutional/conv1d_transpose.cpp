// Conv1DTranspose: transposed convolution of sequences
// (keras/src/layers/convolutional/conv1d_transpose.py).
#include "layers/convolutional/base_conv_transpose.h"

namespace keras {
namespace {

class Conv1DTranspose final : public BaseConvTranspose {
 public:
  Conv1DTranspose() : BaseConvTranspose(1) {}
};

}  // namespace

KERAS_LAYER(Conv1DTranspose, "Convolution1DTranspose")

}  // namespace keras
