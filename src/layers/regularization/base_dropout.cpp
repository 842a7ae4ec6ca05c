#include "layers/regularization/base_dropout.h"

#include "base/error.h"

namespace keras {
namespace {

std::optional<Shape> parse_noise_shape(const json::Value& given) {
  if (given.is_null()) return {};
  const std::string invalid = "Invalid value received for argument `noise_shape`. Expected ";
  if (given.is_string()) {
    raise_value_error(
        {invalid, "a tuple or list of integers. Received: noise_shape=", given.as_string()});
  }
  if (!given.is_array()) {
    raise_value_error({invalid,
                       "an iterable of integers (e.g., a tuple or list). Received: noise_shape=",
                       python_str(given)});
  }
  Shape shape;
  for (const json::Value& dim : given.as_array()) {
    const std::string index = std::to_string(shape.rank());
    if (dim.is_null()) {
      shape.push_back(kNone);
    } else if (!dim.is_int()) {
      raise_value_error({invalid, "all elements to be integers or None. Received element at index ",
                         index, ": ", python_str(dim),
                         " (type: ", std::string(python_type_name(dim)), ")"});
    } else if (dim.as_int() <= 0) {
      raise_value_error(
          {invalid,
           "all dimensions to be positive integers or None. Received negative or zero "
           "value at index ",
           index, ": ", python_str(dim)});
    } else {
      shape.push_back(dim.as_int());
    }
  }
  return shape;
}

}  // namespace

void BaseDropout::fields(FieldVisitor& f) {
  Layer::fields(f);
  f("rate", rate_, "Fraction of the inputs to drop, from 0 to 1.", Field::kRequired);
  f("seed", seed_, "Seed of the random numbers.");
  f("noise_shape", noise_shape_, "Shape of the mask; null dimensions match the inputs.");
}

void BaseDropout::validate() {
  prepare("rate", rate_);
  shape_ = parse_noise_shape(noise_shape_);
}

}  // namespace keras
