// Minimum: elementwise (keras/src/layers/merging/minimum.py).
#include "layers/merging/base_merge.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class Minimum final : public Merge {
 protected:
  Tensor merge(const std::vector<Tensor>& inputs) override {
    return merge_with_masks([](const Tensor& a, const Tensor& b) { return ops::minimum(a, b); },
                            inputs);
  }
};

}  // namespace

KERAS_LAYER(Minimum)

}  // namespace keras
