#include "ops/common/operand.h"

#include <algorithm>

#include "base/error.h"
#include "base/sort.h"
#include "json/repr.h"
#include "ops/common/dtypes.h"
#include "ops/core.h"
#include "tensor/variable.h"

namespace keras::ops {
namespace {

// Converts nested lists as convert_to_tensor does: numbers promote to the widest kind, tensors are
// stacked.
struct ListReader {
  std::vector<double> values;
  DType dtype = DType::kBool;

  Shape read(const Tree& value) {
    if (value.is_sequence()) {
      Shape inner;
      bool first = true;
      for (const Tree& item : value.items()) {
        const Shape shape = read(item);
        if (!first && shape != inner) {
          raise_value_error(
              {"setting an array element with a sequence. The requested array has an "
               "inhomogeneous shape."});
        }
        inner = shape;
        first = false;
      }
      if (first) dtype = DType::kFloat32;
      return Shape{static_cast<int64_t>(value.items().size())}.concat(inner);
    }
    const bool has_numbers = value.is_tensor() && value.as_tensor().has_data() &&
                             value.as_tensor().dtype() != DType::kString;
    if (has_numbers) {
      const Tensor& tensor = value.as_tensor();
      for (int64_t i = 0; i < tensor.size(); ++i) values.push_back(tensor.item(i));
      note(is_float(tensor.dtype())         ? DType::kFloat32
           : tensor.dtype() == DType::kBool ? DType::kBool
                                            : DType::kInt32);
      return tensor.shape();
    }
    if (!value.is_number()) {
      raise_type_error({"Value '", repr(value),
                        "' with dtype object is not a valid array type. "
                        "Only arrays of numeric types are supported."});
    }
    values.push_back(value.as_number());
    note(value.is_bool() ? DType::kBool : value.is_int() ? DType::kInt32 : DType::kFloat32);
    return {};
  }

  void note(DType kind) {
    const auto rank = [](DType d) { return d == DType::kBool ? 0 : d == DType::kInt32 ? 1 : 2; };
    if (rank(kind) > rank(dtype)) dtype = kind;
  }
};

bool begins_with_string(const Tree& value) {
  const Tree* first = &value;
  while (first->is_sequence() && !first->items().empty()) first = &first->items().front();
  return first->is_string();
}

void append_strings(const Tree& value, std::span<const int64_t> dims, StringsBuilder& out) {
  if (dims.empty()) {
    if (!value.is_string()) {
      raise_type_error({"A tensor of strings cannot hold ", repr(value), "."});
    }
    out.append(value.as_string());
    return;
  }
  if (!value.is_sequence() || static_cast<int64_t>(value.items().size()) != dims.front()) {
    raise_value_error(
        {"setting an array element with a sequence. The requested array has an "
         "inhomogeneous shape."});
  }
  for (const Tree& item : value.items()) append_strings(item, dims.subspan(1), out);
}

Tensor tensor_of_list(const Tree& value) {
  ListReader reader;
  const Shape shape = reader.read(value);
  Tensor data = Tensor::allocate(shape, DType::kFloat64);
  std::copy(reader.values.begin(), reader.values.end(), data.data<double>());
  return cast(data, reader.dtype);
}

// A string, or nested lists of strings.
Tensor tensor_of_strings(const Tree& value) {
  std::vector<int64_t> dims;
  for (const Tree* at = &value; at->is_sequence(); at = &at->items().front()) {
    dims.push_back(static_cast<int64_t>(at->items().size()));
  }
  StringsBuilder strings;
  append_strings(value, dims, strings);
  return Tensor::strings(strings.finish(), Shape(std::move(dims)));
}

}  // namespace

Operand::Operand(const Tree& value) {
  if (value.is_tensor()) {
    tensor_ = value.as_tensor();
  } else if (value.is_ndarray()) {
    tensor_ = value.as_ndarray().data;
  } else if (value.is_bool()) {
    *this = Operand(value.as_bool());
  } else if (value.is_int()) {
    *this = Operand(value.as_int());
  } else if (value.is_float()) {
    *this = Operand(value.as_number());
  } else if (begins_with_string(value)) {
    tensor_ = tensor_of_strings(value);
  } else if (value.is_sequence()) {
    tensor_ = tensor_of_list(value);
  } else {
    raise_type_error({"Value '", repr(value), "' of type ", python_type(value),
                      " is not a valid array type. Only tensors and numbers are supported."});
  }
}

Tensor Operand::tensor() const {
  return is_tensor() ? tensor_ : Tensor::scalar(value_, type_.dtype);
}

Tensor Operand::as(DType dtype) const {
  return is_tensor() ? cast(tensor_, dtype) : Tensor::scalar(value_, canonical(dtype));
}

Tree Operand::tree() const {
  if (is_tensor()) return tensor_;
  if (type_.dtype == DType::kBool) return value_ != 0;
  if (type_.dtype == DType::kInt32) return static_cast<int64_t>(value_);
  return value_;
}

Axes::Axes(const json::Value& value) {
  if (value.is_null()) return;
  axes_.emplace();
  if (value.is_array()) {
    for (const json::Value& axis : value.as_array()) axes_->push_back(axis.as_int());
  } else {
    single_ = true;
    axes_->push_back(value.as_int());
  }
}

Size size_of(const Tree& value) {
  if (value.is_none()) return {};
  const int64_t size = value.as_int();
  return {size == 0 && ShapesOnlyScope::active() ? kNone : size};
}

std::vector<int> Axes::resolve(int rank) const {
  std::vector<int> axes;
  if (is_none()) {
    for (int axis = 0; axis < rank; ++axis) axes.push_back(axis);
    return axes;
  }
  for (const int64_t axis : *axes_) axes.push_back(normalize_axis(axis, rank));
  sort_stably(axes);
  if (std::adjacent_find(axes.begin(), axes.end()) != axes.end()) {
    raise_value_error({"duplicate value in 'axis': ", repr(json())});
  }
  return axes;
}

json::Value Axes::json() const {
  if (is_none()) return {};
  if (single_) return axes_->front();
  json::Array array;
  for (const int64_t axis : *axes_) array.emplace_back(axis);
  return array;
}

}  // namespace keras::ops
