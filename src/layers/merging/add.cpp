// Add: the sum of its inputs (keras/src/layers/merging/add.py).
#include "layers/merging/base_merge.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class Add final : public Merge {
 protected:
  Tensor merge(const std::vector<Tensor>& inputs) override {
    Tensor sum = inputs.front();
    for (size_t i = 1; i < inputs.size(); ++i) sum = ops::add(sum, inputs[i]);
    return sum;
  }
};

}  // namespace

KERAS_LAYER(Add)

}  // namespace keras
