// Int4QuantizationConfig: int4 weights in blocks (keras/src/quantizers/quantization_config.py).
#include <optional>

#include "base/error.h"
#include "quantizers/quantization_config.h"

namespace keras::quantizers {

class Int4QuantizationConfig final : public QuantizationConfig {
 public:
  std::string mode() const override { return "int4"; }

  void fields(FieldVisitor& f) override {
    QuantizationConfig::fields(f);
    f("block_size", block_size_, "Number of rows that share a scale; -1 or null for all.");
  }

  void configure(const json::Object& config) override {
    // Files written before block sizes existed list both quantizers without one.
    if (config.contains("weight_quantizer") && config.contains("activation_quantizer")) {
      block_size_ = std::nullopt;
    }
    QuantizationConfig::configure(config);
  }

  void validate() override {
    if (block_size_ && *block_size_ != -1 && *block_size_ <= 0) {
      raise_value_error(
          {"block_size must be None, -1, or a positive integer. Received: block_size=",
           std::to_string(*block_size_)});
    }
    if (block_size_ && *block_size_ > 0 && (weight_quantizer_ || activation_quantizer_)) {
      raise_value_error(
          {"Int4 sub-channel quantization (block_size > 0) does not support custom quantizers. "
           "Either set block_size to None or -1 for per-channel quantization, or remove the custom "
           "quantizer arguments. Received: block_size=",
           std::to_string(*block_size_)});
    }
    if (!weight_quantizer_) return;
    const auto range = weight_quantizer_->value_range();
    if (!range || *range != std::array{-8.0, 7.0}) {
      raise_value_error(
          {"Int4QuantizationConfig requires a weight_quantizer with value_range=(-8, 7)."});
    }
    if (weight_quantizer_->output_dtype() != "int8") {
      raise_value_error(
          {"Int4QuantizationConfig requires a weight_quantizer with output_dtype='int8'. Received: "
           "output_dtype=",
           weight_quantizer_->output_dtype()});
    }
  }

 private:
  std::optional<int64_t> block_size_ = 128;
};

KERAS_CLASS("keras.quantizers", Int4QuantizationConfig, Family::kQuantizer,
            "int4_quantization_config")

}  // namespace keras::quantizers
