// GroupNormalization: mean zero and variance one within groups of channels
// (keras/src/layers/normalization/group_normalization.py).
#include "base/error.h"
#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class GroupNormalization final : public ShapedLayer {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("groups", groups_, "Number of groups; -1 makes each channel one.");
    f("axis", axis_, "The axis of the channels.");
    f("epsilon", epsilon_, "Added to the variance.");
    f("center", center_, "Whether `beta` is added.");
    f("scale", scale_, "Whether the result is multiplied by `gamma`.");
    f("beta_initializer", beta_initializer_, "Initializer of beta.");
    f("gamma_initializer", gamma_initializer_, "Initializer of gamma.");
    f("beta_regularizer", beta_regularizer_, "Regularizer of beta.");
    f("gamma_regularizer", gamma_regularizer_, "Regularizer of gamma.");
    f("beta_constraint", beta_constraint_, "Constraint of beta.");
    f("gamma_constraint", gamma_constraint_, "Constraint of gamma.");
  }

  void validate() override {
    if (!groups_->is_int() || (groups_->as_int() <= 0 && groups_->as_int() != -1)) {
      raise_value_error(
          {"Received an invalid value for argument `groups`, expected a positive integer (or `-1` "
           "for "
           "instance normalization). Received: groups=",
           python_str(groups_)});
    }
    autocast_ = false;
  }

  bool supports_masking() const override { return true; }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    const auto value = [](const std::shared_ptr<Variable>& weight) {
      return weight ? weight->uncast_value() : Tensor();
    };
    const int axis = normalize_axis(axis_, inputs.rank());
    const bool last = axis == inputs.rank() - 1;
    Tensor x = last ? inputs : ops::moveaxis(inputs, axis, -1);
    x = ops::group_normalization(x, groups_->as_int(), value(gamma_), value(beta_), epsilon_);
    if (!last) x = ops::moveaxis(x, -1, axis);
    return ops::cast(x, compute_dtype());
  }

 protected:
  Shape output_shape(const Shape& input_shape) const override {
    check_axes(axis_, input_shape);
    return input_shape;
  }

  void build_one(const Shape& input_shape) override {
    const int64_t channels = dim_at(input_shape, axis_);
    if (channels == kNone) {
      raise_value_error(
          {"Axis ", std::to_string(axis_),
           " of input tensor should have a defined dimension but the layer received an "
           "input with shape ",
           repr(input_shape), "."});
    }
    if (groups_->as_int() == -1) groups_ = json::Value(channels);
    const int64_t groups = groups_->as_int();
    if (channels < groups) {
      raise_value_error({"Number of groups (", std::to_string(groups),
                         ") cannot be more than the number of channels (", std::to_string(channels),
                         ")."});
    }
    if (groups == 0 || channels % groups != 0) {
      raise_value_error({"Number of groups (", std::to_string(groups),
                         ") must be a multiple of the number of channels (",
                         std::to_string(channels), ")."});
    }
    set_input_specs({{.ndim = input_shape.rank(), .axes = {{static_cast<int>(axis_), channels}}}});
    if (scale_) {
      gamma_ = add_weight("gamma", {channels}, gamma_initializer_,
                          {.regularizer = gamma_regularizer_, .constraint = gamma_constraint_});
    }
    if (center_) {
      beta_ = add_weight("beta", {channels}, beta_initializer_,
                         {.regularizer = beta_regularizer_, .constraint = beta_constraint_});
    }
  }

 private:
  GivenInteger groups_{32};
  int64_t axis_ = -1;
  Number epsilon_ = 1e-3;
  bool center_ = true;
  bool scale_ = true;
  InitializerPtr beta_initializer_ = get_initializer("zeros");
  InitializerPtr gamma_initializer_ = get_initializer("ones");
  RegularizerPtr beta_regularizer_, gamma_regularizer_;
  ConstraintPtr beta_constraint_, gamma_constraint_;
  std::shared_ptr<Variable> gamma_, beta_;
};

}  // namespace

KERAS_LAYER(GroupNormalization)

}  // namespace keras
