#include "regularizers/penalty.h"

#include <cmath>

#include "base/error.h"
#include "json/repr.h"
#include "tensor/cast.h"

namespace keras {

void Penalty::validate(const char* name, double default_value) {
  if (given_.is_null()) given_ = default_value;
  const bool number = given_.is_number() || given_.is_bool();
  const double value = given_.is_bool() ? given_.as_bool() : number ? given_.as_double() : 0;
  if (!number || !std::isfinite(value) || value < 0) {
    raise_value_error({std::string("Invalid value for argument "), name,
                       ": expected a non-negative float.Received: ", name, "=",
                       (given_.is_string() ? given_.as_string() : repr(given_))});
  }
  value_ = value;
}

namespace regularizers {

float sum_of_absolutes(const Tensor& x) {
  const Tensor values = cast_data(x, DType::kFloat32);
  double sum = 0;
  for (float value : values.span<float>()) sum += std::abs(value);
  return static_cast<float>(sum);
}

float sum_of_squares(const Tensor& x) {
  const Tensor values = cast_data(x, DType::kFloat32);
  double sum = 0;
  for (float value : values.span<float>()) sum += double{value} * value;
  return static_cast<float>(sum);
}

}  // namespace regularizers

}  // namespace keras
