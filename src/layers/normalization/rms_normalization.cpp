// RMSNormalization: divides by the root mean square
// (keras/src/layers/normalization/rms_normalization.py).
#include "layers/argument_validation.h"
#include "layers/normalization/normalized_axes.h"
#include "layers/shaped_layer.h"
#include "ops/nn.h"

namespace keras {
namespace {

class RMSNormalization final : public ShapedLayer {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("axis", axis_, "Axis or axes to normalize.");
    f("epsilon", epsilon_, "Added to the mean square.");
  }

  const CallSignature& call_signature() const override {
    static const CallSignature signature("x");
    return signature;
  }

  Tensor call_one(const Tensor& x, const CallArgs&) override {
    return ops::rms_normalization(x, scale_->value(), ops::Axes(axis_.value), epsilon_);
  }

 protected:
  Shape output_shape(const Shape& input_shape) const override {
    check_axes(axis_, input_shape);
    return input_shape;
  }

  void build_one(const Shape& input_shape) override {
    scale_ = add_weight("scale", settle_axes(axis_, input_shape), get_initializer("ones"));
  }

 private:
  GivenAxes axis_{-1};
  Number epsilon_ = 1e-6;
  std::shared_ptr<Variable> scale_;
};

}  // namespace

KERAS_LAYER(RMSNormalization)

}  // namespace keras
