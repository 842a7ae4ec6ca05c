// MaxPooling2D: the largest value of each window of images
// (keras/src/layers/pooling/max_pooling2d.py).
#include "layers/pooling/base_pooling.h"

namespace keras {
namespace {

class MaxPooling2D final : public BasePooling {
 public:
  MaxPooling2D() : BasePooling(2, Mode::kMax, json_list({2, 2})) {}
};

}  // namespace

KERAS_LAYER(MaxPooling2D, "MaxPool2D")

}  // namespace keras
