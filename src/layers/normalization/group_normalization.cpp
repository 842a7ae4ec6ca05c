// GroupNormalization: normalizes groups of channels
// (keras/src/layers/normalization/group_normalization.py).
#include "base/error.h"
#include "layers/normalization/affine_normalization.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class GroupNormalization final : public AffineNormalization {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("groups", groups_, "Number of groups; -1 puts each channel in its own group.");
    f("axis", axis_, "The channels axis.");
    scale_fields(f);
    initializer_fields(f);
    restriction_fields(f);
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
    if (scale_) add_gamma({channels});
    if (center_) add_beta({channels});
  }

 private:
  GivenInteger groups_{32};
  int64_t axis_ = -1;
};

}  // namespace

KERAS_LAYER(GroupNormalization)

}  // namespace keras
