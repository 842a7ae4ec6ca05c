// Multiply: the product of its inputs (keras/src/layers/merging/multiply.py).
#include <algorithm>

#include "layers/merging/base_merge.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class Multiply final : public Merge {
 protected:
  // Masked steps of an input count as ones.
  Tensor merge(const std::vector<Tensor>& inputs) override {
    const bool all_masked = std::all_of(
        inputs.begin(), inputs.end(), [](const Tensor& x) { return static_cast<bool>(x.mask()); });
    Tensor output;
    Tensor output_mask;
    for (Tensor x : inputs) {
      if (x.mask()) {
        const Tensor mask = broadcast_mask(x.mask(), x);
        x = ops::where(mask, x, ops::cast(1, x.dtype()));
        if (all_masked) output_mask = output_mask ? ops::logical_or(output_mask, mask) : mask;
      }
      output = output ? ops::multiply(output, x) : x;
    }
    if (all_masked) {
      output = ops::where(output_mask, output, ops::cast(0, output.dtype()));
      output.set_mask(ops::any(output_mask, -1));
    }
    return output;
  }
};

}  // namespace

KERAS_LAYER(Multiply)

}  // namespace keras
