// A `factor` argument of image augmentation: the range from which a number is drawn.
#pragma once

#include <cstdint>
#include <string_view>

#include "json/value.h"
#include "serialization/fields.h"

namespace keras {

// One number, or both bounds. Configs hold both bounds.
class FactorRange {
 public:
  FactorRange() = default;
  FactorRange(json::Value given) : value_(std::move(given)) {}

  // Keras's `_set_factor`: sorts two bounds, and expands a number x to (-|x|, |x|) without going
  // below `minimum`. `name` is the argument. ValueError when there is no overlap with the range
  // from `minimum` to `maximum`.
  void standardize(std::string_view name, int64_t minimum = -1, int64_t maximum = 1);
  // For layers whose `factor` the base class reads: None and 0 become 0.0.
  void standardize_base_factor(int64_t minimum = -1, int64_t maximum = 1);

  // The `_set_factor` of layers that check each number: a number x becomes (-|x|, |x|). ValueError,
  // which begins with `message`, outside [minimum, maximum].
  void standardize_each(std::string_view name, std::string_view message, double minimum,
                        double maximum = 1);

  double lower() const { return value_.as_array()[0].as_double(); }
  double upper() const { return value_.as_array()[1].as_double(); }
  const json::Value& json() const { return value_; }

 private:
  json::Value value_;
};

template <>
struct FieldTraits<FactorRange> {
  static FactorRange read(const json::Value& value) { return value; }
  static json::Value write(const FactorRange& range) { return range.json(); }
  static constexpr std::string_view kTypeScript = "number | readonly [number, number]";
};

}  // namespace keras
