// The base of quantizers (keras/src/quantizers/quantizers.py). The core keeps their settings; it
// does not quantize.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "serialization/object.h"

namespace keras {

class Quantizer : public Object {
 public:
  const std::string& output_dtype() const { return output_dtype_; }
  // Smallest and largest quantized value; nothing without a range.
  virtual std::optional<std::array<double, 2>> value_range() const { return std::nullopt; }

  void fields(FieldVisitor& f) override;
  json::Object get_config() const override;

 protected:
  std::string output_dtype_ = "int8";
};

using QuantizerPtr = std::shared_ptr<Quantizer>;

// As keras.quantizers.get: null for null; otherwise a record or a live object.
QuantizerPtr get_quantizer(const json::Value& identifier);

template <>
struct FieldTraits<QuantizerPtr> {
  static QuantizerPtr read(const json::Value& value) { return get_quantizer(value); }
  static json::Value write(const QuantizerPtr& quantizer);
  static constexpr std::string_view kTypeScript = "Quantizer | null";
};

}  // namespace keras
