// UpSampling1D: repeats each time step (keras/src/layers/reshaping/up_sampling1d.py).
#include "base/byte_size.h"
#include "base/error.h"
#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"
#include "ops/nn.h"

namespace keras {
namespace {

class UpSampling1D final : public ShapedLayer {
 public:
  UpSampling1D() { set_input_specs({{.ndim = 3}}); }

  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("size", size_, "Number of repetitions of each step.");
  }

  void validate() override {
    if (!size_->is_int()) {
      raise_type_error({"Expected an integer value for `size`, got <class '",
                        std::string(python_type_name(size_.value)), "'>."});
    }
    if (size_->as_int() <= 0) {
      raise_value_error(
          {"Argument `size` should be a positive integer. Received: size=", repr(size_.value)});
    }
  }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    return ops::upsample(inputs, {size_->as_int()});
  }

 protected:
  Shape output_shape(const Shape& input_shape) const override {
    const int64_t steps = dim_at(input_shape, 1);
    return input_shape.with(1, steps == kNone ? kNone : checked_product(steps, size_->as_int()));
  }

 private:
  GivenInteger size_{2};
};

}  // namespace

KERAS_LAYER(UpSampling1D)

}  // namespace keras
