// How a layer is to be quantized (keras/src/quantizers/quantization_config.py). The core keeps and
// writes these settings; it does not quantize.
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
  // The string "default" means what a new object has.
  void configure(const json::Object& config) override;

 protected:
  QuantizerPtr weight_quantizer_;
  QuantizerPtr activation_quantizer_;
};

using QuantizationConfigPtr = std::shared_ptr<QuantizationConfig>;

// Null for null, else a record or a live object.
QuantizationConfigPtr get_quantization_config(const json::Value& identifier);

template <>
struct FieldTraits<QuantizationConfigPtr> {
  static QuantizationConfigPtr read(const json::Value& value) {
    return get_quantization_config(value);
  }
  static json::Value write(const QuantizationConfigPtr& config);
  static constexpr std::string_view kTypeScript = "QuantizationConfig | null";
};

// The quantizers and the quantization configs.
std::span<const ClassInfo* const> quantizer_classes();

}  // namespace keras
