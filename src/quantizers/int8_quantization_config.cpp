// Int8QuantizationConfig: int8 weights and, by default, int8 inputs
// (keras/src/quantizers/quantization_config.py).
#include "base/error.h"
#include "quantizers/quantization_config.h"

namespace keras::quantizers {

extern const ClassInfo kAbsMaxQuantizerClass;

class Int8QuantizationConfig final : public QuantizationConfig {
 public:
  Int8QuantizationConfig() {
    activation_quantizer_ =
        std::static_pointer_cast<Quantizer>(construct(kAbsMaxQuantizerClass, {}));
  }
  std::string mode() const override { return "int8"; }

  void validate() override {
    if (weight_quantizer_ && weight_quantizer_->output_dtype() != "int8") {
      raise_value_error(
          {"Int8QuantizationConfig requires a weight_quantizer with output_dtype='int8'. Received: "
           "output_dtype=",
           weight_quantizer_->output_dtype()});
    }
  }
};

KERAS_CLASS("keras.quantizers", Int8QuantizationConfig, Family::kQuantizer,
            "int8_quantization_config")

}  // namespace keras::quantizers
