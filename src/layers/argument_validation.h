// Layer arguments, normalized as Keras does (keras/src/utils/argument_validation.py).
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/shape.h"
#include "json/repr.h"  // else repr of a json::Value would resolve to the one of IntTuple
#include "json/value.h"
#include "serialization/fields.h"

namespace keras {

// A string as a template argument.
template <size_t n>
struct FixedString {
  constexpr FixedString(const char (&literal)[n]) { std::copy_n(literal, n, text); }
  constexpr std::string_view view() const { return {text, n - 1}; }
  char text[n];
};

// An argument kept as given, so that `validate` can reject it with Keras's message. `type` is its
// TypeScript type.
template <FixedString type>
struct Given {
  Given() = default;
  Given(json::Value v) : value(std::move(v)) {}
  operator const json::Value&() const { return value; }
  const json::Value* operator->() const { return &value; }
  json::Value value;
};

template <FixedString type>
struct FieldTraits<Given<type>> {
  static Given<type> read(const json::Value& value) { return value; }
  static json::Value write(const Given<type>& given) { return given.value; }
  static constexpr std::string_view kTypeScript = type.view();
};

using GivenInteger = Given<"number">;
using GivenAxes = Given<"number | readonly number[]">;

// An int, or one int per spatial axis: kernel_size, strides, ...
class IntTuple {
 public:
  IntTuple() = default;
  IntTuple(json::Value given) : given_(std::move(given)) {}

  // Expands to `n` values. ValueError "The `strides` argument must be a tuple of 2 integers. ...".
  void standardize(int n, std::string_view name, bool allow_zero = false);

  const json::Value& given() const { return given_; }
  const Ints& values() const { return values_; }
  int64_t operator[](size_t i) const { return values_[i]; }
  int64_t max() const { return *std::max_element(values_.begin(), values_.end()); }
  bool contains_zero() const {
    return std::find(values_.begin(), values_.end(), 0) != values_.end();
  }

 private:
  json::Value given_;
  Ints values_;
};

std::string repr(const IntTuple& tuple);

template <>
struct FieldTraits<IntTuple> {
  static IntTuple read(const json::Value& value) { return value; }
  static json::Value write(const IntTuple& tuple) { return tuple.given(); }
  static constexpr std::string_view kTypeScript = "number | readonly number[]";
};

// One pair per axis, such as padding: like IntTuple, one level deeper.
Ints standardize_tuple(const json::Value& value, int n, std::string_view name,
                       bool allow_zero = false);

// Returns "valid", "same" or, if allowed, "causal", in lower case.
std::string standardize_padding(std::string_view padding, bool allow_causal = false);

// The position of the channels axis; null means channels_last.
struct DataFormat {
  bool channels_first = false;

  std::string_view name() const { return channels_first ? "channels_first" : "channels_last"; }
  int channel_axis() const { return channels_first ? 1 : -1; }
  // The first spatial axis.
  int spatial_axis() const { return channels_first ? 2 : 1; }
};

template <>
struct FieldTraits<DataFormat> {
  static DataFormat read(const json::Value& value);
  static json::Value write(const DataFormat& format) { return format.name(); }
  static constexpr std::string_view kTypeScript = "'channels_last' | 'channels_first' | null";
};

// Keras's ValueError unless `value` is one of `allowed`.
void validate_string_arg(std::string_view value, std::initializer_list<std::string_view> allowed,
                         std::string_view caller, std::string_view argument);

// A list given as such or as the record of an array; other values are unchanged.
json::Value plain_list(const json::Value& value);

// As Python's str(): strings without quotes, anything else as repr().
std::string python_str(const json::Value& value);
// As Python prints a tuple: `(3,)`, `(1, 2)`.
std::string repr_tuple(const std::vector<int64_t>& values);
json::Value json_list(const std::vector<int64_t>& values);

// shape[axis] with Python indexing. IndexError when out of range.
int64_t dim_at(const Shape& shape, int64_t axis);
// The ValueError of normalization layers when the shape lacks an axis.
void check_axes(const json::Value& axes, const Shape& shape);

}  // namespace keras
