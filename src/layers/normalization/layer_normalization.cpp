// LayerNormalization: normalizes each sample
// (keras/src/layers/normalization/layer_normalization.py).
#include <algorithm>

#include "base/error.h"
#include "layers/normalization/affine_normalization.h"
#include "layers/normalization/normalized_axes.h"
#include "ops/core.h"
#include "ops/nn.h"

namespace keras {
namespace {

class LayerNormalization final : public AffineNormalization {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("axis", axis_, "Axis or axes to normalize.");
    scale_fields(f);
    f("rms_scaling", rms_scaling_, "Deprecated; see RMSNormalization.");
    initializer_fields(f);
    restriction_fields(f);
  }

  void validate() override {
    if (!axis_->is_int() && !axis_->is_array()) {
      raise_type_error(
          {"Expected an int or a list/tuple of ints for the argument 'axis', but received: ",
           repr(axis_.value)});
    }
    autocast_ = false;
  }

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
    if (scale_ || rms_scaling_) add_gamma(shape);
    if (center_ && !rms_scaling_) add_beta(shape);
  }

 private:
  GivenAxes axis_{-1};
  bool rms_scaling_ = false;
};

}  // namespace

KERAS_LAYER(LayerNormalization)

}  // namespace keras
