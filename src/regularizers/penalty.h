// The factor of a penalty, a finite non-negative number (keras/src/regularizers/regularizers.py,
// validate_float_arg), and the sums it scales.
#pragma once

#include "serialization/fields.h"
#include "tensor/tensor.h"

namespace keras {

class Penalty {
 public:
  Penalty(double value) : given_(value), value_(value) {}
  explicit Penalty(json::Value given) : given_(std::move(given)) {}

  // Replaces null by `default_value`. ValueError, naming the argument, when invalid.
  void validate(const char* name, double default_value);
  // Keras stores some factors as float32, which shows in their configs.
  void round_to_float32() { value_ = static_cast<float>(value_); }

  double value() const { return value_; }
  float to_float() const { return static_cast<float>(value_); }

 private:
  json::Value given_;
  double value_ = 0;
};

template <>
struct FieldTraits<Penalty> {
  static Penalty read(const json::Value& value) { return Penalty(value); }
  static json::Value write(const Penalty& penalty) { return penalty.value(); }
  static constexpr std::string_view kTypeScript = "number | null";
};

namespace regularizers {

// Sums over all elements, accumulated in float32.
float sum_of_absolutes(const Tensor& x);
float sum_of_squares(const Tensor& x);

}  // namespace regularizers

}  // namespace keras
