// AbsMaxQuantizer: scales by the largest absolute value (keras/src/quantizers/quantizers.py).
#include <optional>

#include "base/error.h"
#include "json/repr.h"
#include "quantizers/quantizer.h"

namespace keras::quantizers {

class AbsMaxQuantizer final : public Quantizer {
 public:
  void fields(FieldVisitor& f) override {
    f("value_range", range_, "Smallest and largest quantized value.");
    f("epsilon", epsilon_, "Added to the largest absolute value.");
    Quantizer::fields(f);
    f("axis", axis_, "Axes that share a scale.", Field::kOmitNull);
  }

  void validate() override {
    if (!range_.is_array() || range_.as_array().size() != 2) {
      raise_value_error(
          {"Argument `value_range` must be two numbers. Received: value_range=", repr(range_)});
    }
    const auto [low, high] = *value_range();
    if (output_dtype_ == "int8" && (low < -128 || high > 127)) {
      raise_value_error(
          {"Quantizer with output_dtype='int8' requires value_range to be within the interval "
           "[-128, 127]. Received: value_range=",
           repr(range_)});
    }
  }

  std::optional<std::array<double, 2>> value_range() const override {
    return std::array{range_.as_array()[0].as_double(), range_.as_array()[1].as_double()};
  }

 private:
  json::Value range_ = json::Array{-127, 127};
  Number epsilon_ = 1e-7;
  std::optional<Ints> axis_;
};

KERAS_CLASS("keras.quantizers", AbsMaxQuantizer, Family::kQuantizer, "abs_max_quantizer")

}  // namespace keras::quantizers
