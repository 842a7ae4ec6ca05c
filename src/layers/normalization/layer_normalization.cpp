// LayerNormalization: mean zero and variance one within each sample
// (keras/src/layers/normalization/layer_normalization.py).
#include <algorithm>

#include "base/error.h"
#include "layers/argument_validation.h"
#include "layers/normalization/normalized_axes.h"
#include "layers/shaped_layer.h"
#include "ops/core.h"
#include "ops/nn.h"

namespace keras {
namespace {

class LayerNormalization final : public ShapedLayer {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("axis", axis_, "Axis or axes over which the statistics are taken.");
    f("epsilon", epsilon_, "Added to the variance.");
    f("center", center_, "Whether `beta` is added.");
    f("scale", scale_, "Whether the result is multiplied by `gamma`.");
    f("rms_scaling", rms_scaling_, "Deprecated; see RMSNormalization.");
    f("beta_initializer", beta_initializer_, "Initializer of beta.");
    f("gamma_initializer", gamma_initializer_, "Initializer of gamma.");
    f("beta_regularizer", beta_regularizer_, "Regularizer of beta.");
    f("gamma_regularizer", gamma_regularizer_, "Regularizer of gamma.");
    f("beta_constraint", beta_constraint_, "Constraint of beta.");
    f("gamma_constraint", gamma_constraint_, "Constraint of gamma.");
  }

  void validate() override {
    if (!axis_->is_int() && !axis_->is_array()) {
      raise_type_error(
          {"Expected an int or a list/tuple of ints for the argument 'axis', but received: ",
           repr(axis_.value)});
    }
    autocast_ = false;
  }

  bool supports_masking() const override { return true; }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    const auto value = [](const std::shared_ptr<Variable>& weight) {
      return weight ? weight->uncast_value() : Tensor();
    };
    const Tensor outputs = ops::layer_normalization(inputs, value(gamma_), value(beta_),
                                                    ops::Axes(axis_.value), epsilon_, rms_scaling_);
    return ops::cast(outputs, compute_dtype());
  }

 protected:
  Shape output_shape(const Shape& input_shape) const override {
    check_axes(axis_, input_shape);
    return input_shape;
  }

  void build_one(const Shape& input_shape) override {
    const Shape shape = settle_axes(axis_, input_shape);
    if (scale_ || rms_scaling_) {
      gamma_ = add_weight("gamma", shape, gamma_initializer_,
                          {.regularizer = gamma_regularizer_, .constraint = gamma_constraint_});
    }
    if (center_ && !rms_scaling_) {
      beta_ = add_weight("beta", shape, beta_initializer_,
                         {.regularizer = beta_regularizer_, .constraint = beta_constraint_});
    }
  }

 private:
  GivenAxes axis_{-1};
  Number epsilon_ = 1e-3;
  bool center_ = true;
  bool scale_ = true;
  bool rms_scaling_ = false;
  InitializerPtr beta_initializer_ = get_initializer("zeros");
  InitializerPtr gamma_initializer_ = get_initializer("ones");
  RegularizerPtr beta_regularizer_, gamma_regularizer_;
  ConstraintPtr beta_constraint_, gamma_constraint_;
  std::shared_ptr<Variable> gamma_, beta_;
};

}  // namespace

KERAS_LAYER(LayerNormalization)

}  // namespace keras
