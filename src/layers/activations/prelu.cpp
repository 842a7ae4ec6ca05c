// PReLU: a learned slope below zero (keras/src/layers/activations/prelu.py).
#include <algorithm>

#include "base/error.h"
#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class PReLU final : public ElementwiseLayer {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("alpha_initializer", alpha_initializer_, "Initializer of the slopes.");
    f("alpha_regularizer", alpha_regularizer_, "Regularizer of the slopes.");
    f("alpha_constraint", alpha_constraint_, "Constraint of the slopes.");
    f("shared_axes", shared_axes_, "Axes that share slopes.");
  }

  bool supports_masking() const override { return true; }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    const Tensor positive = ops::relu(inputs);
    const Tensor negative =
        ops::multiply(ops::negative(alpha_->value()), ops::relu(ops::negative(inputs)));
    return ops::add(positive, negative);
  }

 protected:
  void build_one(const Shape& input_shape) override {
    Shape shape = input_shape.slice(std::min(1, input_shape.rank()));
    InputSpec spec{.ndim = input_shape.rank()};
    if (shared_axes_) {
      for (const int64_t axis : *shared_axes_) {
        // Python indexing: axis 0 means the last one.
        dim_at(shape, axis - 1);
        shape[static_cast<int>(axis > 0 ? axis - 1 : axis - 1 + shape.rank())] = 1;
      }
      for (int axis = 1; axis < input_shape.rank() && !shared_axes_->empty(); ++axis) {
        const bool shared =
            std::find(shared_axes_->begin(), shared_axes_->end(), axis) != shared_axes_->end();
        if (!shared && input_shape[axis] != kNone) spec.axes[axis] = input_shape[axis];
      }
    }
    alpha_ = add_weight("alpha", shape, alpha_initializer_,
                        {.regularizer = alpha_regularizer_, .constraint = alpha_constraint_});
    set_input_specs({spec});
  }

 private:
  InitializerPtr alpha_initializer_ = get_initializer("Zeros");
  RegularizerPtr alpha_regularizer_;
  ConstraintPtr alpha_constraint_;
  std::optional<Ints> shared_axes_;
  std::shared_ptr<Variable> alpha_;
};

}  // namespace

KERAS_LAYER(PReLU)

}  // namespace keras
