// Average: the mean of its inputs (keras/src/layers/merging/average.py).
#include "layers/merging/base_merge.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class Average final : public Merge {
 protected:
  Tensor merge(const std::vector<Tensor>& inputs) override {
    Tensor sum = inputs.front();
    for (size_t i = 1; i < inputs.size(); ++i) sum = ops::add(sum, inputs[i]);
    return ops::divide(sum, static_cast<int64_t>(inputs.size()));
  }
};

}  // namespace

KERAS_LAYER(Average)

}  // namespace keras
