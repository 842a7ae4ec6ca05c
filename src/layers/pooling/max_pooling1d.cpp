// MaxPooling1D: the largest value of each window of sequences
// (keras/src/layers/pooling/max_pooling1d.py).
#include "layers/pooling/base_pooling.h"

namespace keras {
namespace {

class MaxPooling1D final : public BasePooling {
 public:
  MaxPooling1D() : BasePooling(1, Mode::kMax, 2) {}
};

}  // namespace

KERAS_LAYER(MaxPooling1D, "MaxPool1D")

}  // namespace keras
