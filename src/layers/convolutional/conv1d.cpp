// Conv1D: convolution of sequences (keras/src/layers/convolutional/conv1d.py).
#include "layers/convolutional/base_conv.h"

namespace keras {
namespace {

class Conv1D final : public BaseConv {
 public:
  Conv1D() : BaseConv(1) {}
};

}  // namespace

KERAS_LAYER(Conv1D, "Convolution1D")

}  // namespace keras
