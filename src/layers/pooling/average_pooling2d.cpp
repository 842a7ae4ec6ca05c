// AveragePooling2D: the mean of each window of images
// (keras/src/layers/pooling/average_pooling2d.py).
#include "layers/pooling/base_pooling.h"

namespace keras {
namespace {

class AveragePooling2D final : public BasePooling {
 public:
  AveragePooling2D() : BasePooling(2, Mode::kAverage) {}
};

}  // namespace

KERAS_LAYER(AveragePooling2D, "AvgPool2D")

}  // namespace keras
