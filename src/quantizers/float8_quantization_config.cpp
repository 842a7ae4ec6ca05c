// Float8QuantizationConfig (keras/src/quantizers/quantization_config.py).
#include "quantizers/quantization_config.h"

namespace keras::quantizers {

class Float8QuantizationConfig final : public QuantizationConfig {
 public:
  std::string mode() const override { return "float8"; }
  void fields(FieldVisitor&) override {}
  void configure(const json::Object&) override {}  // as Keras, ignores the config
};

KERAS_CLASS("keras.quantizers", Float8QuantizationConfig, Family::kQuantizer,
            "float8_quantization_config")

}  // namespace keras::quantizers
