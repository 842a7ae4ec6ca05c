#include "layers/preprocessing/image_preprocessing/value_range.h"

#include <utility>

#include "base/error.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {

void ValueRange::check() const {
  if (given_.is_array() && given_.as_array().size() == 2 && given_.as_array()[0].is_number() &&
      given_.as_array()[1].is_number()) {
    return;
  }
  raise_value_error(
      {"The `value_range` argument should be a list of two numbers. Received: value_range=",
       python_str(given_)});
}

void ValueRange::sort() {
  check();
  json::Array& bounds = given_.as_array();
  if (bounds[1].as_double() < bounds[0].as_double()) std::swap(bounds[0], bounds[1]);
}

ops::Operand ValueRange::at(size_t index) const {
  check();
  const json::Value& bound = given_.as_array()[index];
  if (bound.is_int()) return bound.as_int();
  return bound.as_double();
}

Tensor transform_value_range(const Tensor& images, const ValueRange& original,
                             const ValueRange& target, DType dtype) {
  const auto number = [&](const ops::Operand& bound) { return ops::cast(bound, dtype); };
  if (original.low().number() == target.low().number() &&
      original.high().number() == target.high().number()) {
    return images;
  }
  const Tensor low = number(original.low()), target_low = number(target.low());
  const Tensor size = ops::subtract(number(original.high()), low);
  const Tensor target_size = ops::subtract(number(target.high()), target_low);
  const Tensor share = ops::divide(ops::subtract(ops::cast(images, dtype), low), size);
  return ops::add(ops::multiply(share, target_size), target_low);
}

}  // namespace keras
