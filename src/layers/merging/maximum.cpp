// Maximum: elementwise (keras/src/layers/merging/maximum.py).
#include "layers/merging/base_merge.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class Maximum final : public Merge {
 protected:
  Tensor merge(const std::vector<Tensor>& inputs) override {
    return merge_with_masks([](const Tensor& a, const Tensor& b) { return ops::maximum(a, b); },
                            inputs);
  }
};

}  // namespace

KERAS_LAYER(Maximum)

}  // namespace keras
