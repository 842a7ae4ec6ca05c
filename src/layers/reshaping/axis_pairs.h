// `padding` and `cropping` of 2D and 3D layers: a pair (before, after) per spatial axis.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "layers/argument_validation.h"

namespace keras {

using AxisPair = std::pair<int64_t, int64_t>;

class AxisPairs {
 public:
  AxisPairs() = default;
  AxisPairs(json::Value given) : given_(std::move(given)) {}

  // Expands an int, an int per axis, or a pair per axis. ValueErrors as in ZeroPadding2D
  // and its siblings.
  void standardize(int rank, std::string_view name);
  // For 1D layers: an int or one pair.
  void standardize_single(std::string_view name);

  const json::Value& given() const { return given_; }
  const AxisPair& operator[](size_t axis) const { return pairs_[axis]; }
  size_t size() const { return pairs_.size(); }

 private:
  json::Value given_;
  std::vector<AxisPair> pairs_;
};

// As Python prints it: ((1, 1), (2, 2)), or (1, 1) for a single pair.
std::string repr(const AxisPairs& pairs);

template <>
struct FieldTraits<AxisPairs> {
  static AxisPairs read(const json::Value& value) { return value; }
  static json::Value write(const AxisPairs& pairs) { return pairs.given(); }
  static constexpr std::string_view kTypeScript =
      "number | readonly number[] | readonly (readonly [number, number])[]";
};

}  // namespace keras
