#include "layers/preprocessing/image_preprocessing/factor_range.h"

#include <utility>

#include "base/error.h"
#include "layers/argument_validation.h"

namespace keras {
namespace {

bool less(const json::Value& a, const json::Value& b) { return a.as_double() < b.as_double(); }

// As Python's abs and negation, which keep ints.
json::Value negated(const json::Value& value) {
  return value.is_int() ? json::Value(-value.as_int()) : json::Value(-value.as_double());
}

}  // namespace

void FactorRange::standardize(std::string_view name, int64_t minimum, int64_t maximum) {
  const json::Value low(minimum), high(maximum);
  const auto refuse = [&] {
    raise_value_error({"The `", name,
                       "` argument should be a number (or a list of two numbers) in the range [",
                       std::to_string(minimum), ", ", std::to_string(maximum),
                       "]. Received: factor=", python_str(value_)});
  };
  if (value_.is_array()) {
    json::Array& bounds = value_.as_array();
    if (bounds.size() != 2 || !bounds[0].is_number() || !bounds[1].is_number()) refuse();
    if (less(high, bounds[0]) || less(bounds[1], low)) refuse();
    if (less(bounds[1], bounds[0])) std::swap(bounds[0], bounds[1]);
    return;
  }
  if (!value_.is_number() || less(value_, low) || less(high, value_)) refuse();
  const json::Value size = less(value_, 0) ? negated(value_) : value_;
  const json::Value lower = negated(size);
  value_ = json::Array{less(lower, low) ? low : lower, size};
}

void FactorRange::standardize_each(std::string_view name, std::string_view message, double minimum,
                                   double maximum) {
  const auto refuse = [&](std::string_view received, const json::Value& value) {
    raise_value_error({message, "Received: ", received, "=", python_str(value)});
  };
  const auto check = [&](const json::Value& number) {
    if (!number.is_number()) refuse(name, value_);
    const double value = number.as_double();
    if (!(value >= minimum && value <= maximum)) refuse("input_number", number);
  };
  if (value_.is_array()) {
    json::Array& bounds = value_.as_array();
    if (bounds.size() != 2) refuse(name, value_);
    check(bounds[0]);
    check(bounds[1]);
    if (less(bounds[1], bounds[0])) std::swap(bounds[0], bounds[1]);
    return;
  }
  check(value_);
  const json::Value size = less(value_, 0) ? negated(value_) : value_;
  value_ = json::Array{negated(size), size};
}

void FactorRange::standardize_base_factor(int64_t minimum, int64_t maximum) {
  if (!value_.truthy()) value_ = 0.0;
  standardize("factor", minimum, maximum);
}

}  // namespace keras
