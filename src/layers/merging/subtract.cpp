// Subtract: the first input minus the second (keras/src/layers/merging/subtract.py).
#include "base/error.h"
#include "layers/merging/base_merge.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class Subtract final : public Merge {
 protected:
  void check_shapes(const ShapeTree& input_shape) const override {
    Merge::check_shapes(input_shape);
    if (input_shape.list().size() != 2) {
      raise_value_error(
          {"A `Subtract` layer should be called on exactly 2 inputs. Received: input_shape=",
           repr(input_shape)});
    }
  }

  Tensor merge(const std::vector<Tensor>& inputs) override {
    if (inputs.size() != 2) {
      raise_value_error(
          {"A `Subtract` layer should be called on exactly 2 inputs. Received: inputs=",
           repr(Tree::list({inputs.begin(), inputs.end()}))});
    }
    return ops::subtract(inputs[0], inputs[1]);
  }
};

}  // namespace

KERAS_LAYER(Subtract)

}  // namespace keras
