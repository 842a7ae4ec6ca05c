// Settings for the quantization of a layer (keras/src/quantizers/quantization_config.py). The core
// keeps them; it does not quantize.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "quantizers/quantizer.h"
#include "serialization/object.h"

namespace keras {

class QuantizationConfig : public Object {
 public:
  // "int8", "int4", "float8", "gptq" or "awq".
  virtual std::string mode() const;
  const QuantizerPtr& weight_quantizer() const { return weight_quantizer_; }
  const QuantizerPtr& activation_quantizer() const { return activation_quantizer_; }

  void fields(FieldVisitor& f) override;
  // The string "default" selects the default of a new object.
  void configure(const json::Object& config) override;

 protected:
  QuantizerPtr weight_quantizer_;
  QuantizerPtr activation_quantizer_;
};

using QuantizationConfigPtr = std::shared_ptr<QuantizationConfig>;

// null for null; otherwise a record or a live object.
QuantizationConfigPtr get_quantization_config(const json::Value& identifier);

template <>
struct FieldTraits<QuantizationConfigPtr> {
  static QuantizationConfigPtr read(const json::Value& value) {
    return get_quantization_config(value);
  }
  static json::Value write(const QuantizationConfigPtr& config);
  static constexpr std::string_view kTypeScript = "QuantizationConfig | null";
};

// Quantizers and quantization configs.
std::span<const ClassInfo* const> quantizer_classes();

}  // namespace keras
