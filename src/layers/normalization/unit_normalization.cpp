// UnitNormalization: divides by the L2 norm (keras/src/layers/normalization/unit_normalization.py).
#include <algorithm>

#include "base/error.h"
#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"
#include "ops/nn.h"

namespace keras {
namespace {

class UnitNormalization final : public ShapedLayer {
 public:
  UnitNormalization() { build_at_init(); }

  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("axis", axis_, "Axis or axes of the vectors to normalize.");
  }

  void validate() override {
    if (!axis_->is_int() && !axis_->is_array()) {
      raise_type_error(
          {"Invalid value for `axis` argument: expected an int or a list/tuple of ints. Received: "
           "axis=",
           python_str(axis_)});
    }
  }

  bool supports_masking() const override { return true; }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    return ops::normalize(inputs, ops::Axes(axis_.value), 2, 1e-12);
  }

 protected:
  Shape output_shape(const Shape& input_shape) const override {
    const auto fits = [&](const json::Value& axis) {
      return axis.as_int() < input_shape.rank() && axis.as_int() >= -input_shape.rank();
    };
    const bool all = axis_->is_int()
                         ? fits(axis_)
                         : std::all_of(axis_->as_array().begin(), axis_->as_array().end(), fits);
    if (!all) {
      raise_value_error({"Axis ", python_str(axis_), " is out of bounds for input shape ",
                         repr(input_shape), "."});
    }
    return input_shape;
  }

 private:
  GivenAxes axis_{-1};
};

}  // namespace

KERAS_LAYER(UnitNormalization)

}  // namespace keras
