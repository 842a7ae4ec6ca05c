// Dropout: zeroes random inputs in training (keras/src/layers/regularization/dropout.py).
#include "layers/regularization/base_dropout.h"
#include "ops/random.h"

namespace keras {
namespace {

class Dropout final : public BaseDropout {
 protected:
  Tensor disturb(const Tensor& inputs, const random::Key& key) override {
    return ops::dropout(inputs, rate_, shape_, key);
  }
};

}  // namespace

KERAS_LAYER(Dropout)

}  // namespace keras
