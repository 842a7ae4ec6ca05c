// The argument types of operations: tensors or numbers, axes, sizes.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/dtype.h"
#include "base/shape.h"
#include "json/value.h"
#include "tensor/tensor.h"
#include "tree/tree.h"

namespace keras::ops {

// A tensor, or a Python number. Numbers are weakly typed: they take the dtype of the tensor they
// are combined with.
class Operand {
 public:
  Operand(const Tensor& tensor) : tensor_(tensor) {}
  Operand(bool value) : type_{DType::kBool, true}, value_(value) {}
  Operand(int value) : type_{DType::kInt32, true}, value_(value) {}
  Operand(int64_t value) : type_{DType::kInt32, true}, value_(static_cast<double>(value)) {}
  Operand(float value) : type_{DType::kFloat32, true}, value_(static_cast<double>(value)) {}
  Operand(double value) : type_{DType::kFloat32, true}, value_(value) {}
  // A tensor, array, number, or a (nested) list of numbers, which becomes a tensor.
  // Throws TypeError for anything else.
  Operand(const Tree& value);

  bool is_tensor() const { return static_cast<bool>(tensor_); }
  double number() const { return value_; }
  PromotedType type() const { return is_tensor() ? PromotedType{tensor_.dtype()} : type_; }
  // () for a number.
  Shape shape() const { return is_tensor() ? tensor_.shape() : Shape(); }
  // As convert_to_tensor: a number becomes a scalar of bool, int32 or float32.
  Tensor tensor() const;
  // As a tensor of that dtype.
  Tensor as(DType dtype) const;
  // As the argument of a graph node.
  Tree tree() const;

 private:
  Tensor tensor_;
  PromotedType type_{DType::kFloat32, true};
  double value_ = 0;
};

// The axes of a reduction or movement: None, one, or several.
class Axes {
 public:
  Axes() = default;  // None: all of them
  Axes(std::nullopt_t) {}
  Axes(int axis) : axes_{{axis}}, single_(true) {}
  Axes(int64_t axis) : axes_{{axis}}, single_(true) {}
  Axes(std::initializer_list<int64_t> axes) : axes_(axes) {}
  Axes(std::vector<int64_t> axes) : axes_(std::move(axes)) {}
  // null, a number or a list of numbers.
  explicit Axes(const json::Value& value);

  bool is_none() const { return !axes_; }
  const std::vector<int64_t>& values() const { return *axes_; }
  // Non-negative and in ascending order; all axes for None.
  // Throws ValueError for one that is out of bounds or given twice.
  std::vector<int> resolve(int rank) const;
  json::Value json() const;

 private:
  std::optional<std::vector<int64_t>> axes_;
  bool single_ = false;
};

// A dimension, or kNone where it is unknown. While shapes are inferred, 0 is unknown, too: in
// JavaScript, null times a number is 0.
struct Size {
  int64_t value = kNone;
  operator int64_t() const { return value; }
};
Size size_of(const Tree& value);

// A list of dimensions; one number is a list of length 1.
struct Sizes : std::vector<int64_t> {
  using std::vector<int64_t>::vector;
};

// "channels_last", which None means, or "channels_first".
struct DataFormat : std::string {
  DataFormat() : std::string("channels_last") {}
  DataFormat(const char* name) : std::string(name) {}
  DataFormat(std::string name) : std::string(std::move(name)) {}
  DataFormat(std::string_view name) : std::string(name) {}
};

}  // namespace keras::ops
