// The `value_range` argument of image layers: the lowest and the highest value of the images.
#pragma once

#include "layers/argument_validation.h"
#include "ops/common/operand.h"

namespace keras {

class ValueRange {
 public:
  ValueRange() : ValueRange(0, 255) {}
  ValueRange(int lowest, int highest) : given_(json::Array{lowest, highest}) {}
  ValueRange(json::Value given) : given_(std::move(given)) {}

  // Keras's `_set_value_range`: sorts the two numbers. ValueError for anything else.
  void sort();

  // ValueError unless the argument is a list of two numbers.
  ops::Operand low() const { return at(0); }
  ops::Operand high() const { return at(1); }
  double size() const { return high().number() - low().number(); }
  const json::Value& json() const { return given_; }

 private:
  void check() const;
  ops::Operand at(size_t index) const;

  json::Value given_;
};

template <>
struct FieldTraits<ValueRange> {
  static ValueRange read(const json::Value& value) { return value; }
  static json::Value write(const ValueRange& range) { return range.json(); }
  static constexpr std::string_view kTypeScript = "readonly [number, number]";
};

// Keras's `_transform_value_range`: maps values linearly from one range to another, in `dtype`.
// Images of the same range are returned unchanged.
Tensor transform_value_range(const Tensor& images, const ValueRange& original,
                             const ValueRange& target, DType dtype);

}  // namespace keras
