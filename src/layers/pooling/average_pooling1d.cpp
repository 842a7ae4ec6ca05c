// AveragePooling1D: the mean of each window of sequences
// (keras/src/layers/pooling/average_pooling1d.py).
#include "layers/pooling/base_pooling.h"

namespace keras {
namespace {

class AveragePooling1D final : public BasePooling {
 public:
  AveragePooling1D() : BasePooling(1, Mode::kAverage) {}
};

}  // namespace

KERAS_LAYER(AveragePooling1D, "AvgPool1D")

}  // namespace keras
