// How a layer is to be quantized (keras/src/quantizers/quantization_config.py). The core keeps and
// writes these settings; it does not quantize.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "serialization/object.h"

namespace keras {

class QuantizationConfig : public Object {
 public:
  virtual std::string mode() const = 0;  // "int8", "int4", "float8", "gptq", "awq"
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

std::span<const ClassInfo* const> quantizer_classes();

}  // namespace keras
