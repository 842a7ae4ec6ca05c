// RepeatVector: repeats each vector n times as a sequence
// (keras/src/layers/reshaping/repeat_vector.py).
#include "base/error.h"
#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class RepeatVector final : public ShapedLayer {
 public:
  RepeatVector() { set_input_specs({{.ndim = 2}}); }

  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("n", n_, "Number of repetitions.", Field::kRequired);
  }

  void validate() override {
    if (!n_->is_int()) {
      raise_type_error({"Expected an integer value for `n`, got <class '",
                        std::string(python_type_name(n_.value)), "'>."});
    }
    if (n_->as_int() <= 0) {
      raise_value_error(
          {"Argument `n` should be a positive integer. Received: n=", repr(n_.value)});
    }
  }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    return ops::repeat(ops::expand_dims(inputs, 1), n_->as_int(), 1);
  }

 protected:
  Shape output_shape(const Shape& input_shape) const override {
    return {dim_at(input_shape, 0), n_->as_int(), dim_at(input_shape, 1)};
  }

 private:
  GivenInteger n_;
};

}  // namespace

KERAS_LAYER(RepeatVector)

}  // namespace keras
