#include "base/shape.h"

#include <algorithm>

#include "base/error.h"
#include "base/lists.h"

namespace keras {

bool Shape::is_fully_defined() const {
  return std::none_of(dims_.begin(), dims_.end(), [](int64_t d) { return d == kNone; });
}

void Shape::require_sizes() const {
  if (!is_fully_defined()) {
    raise_type_error(
        {"Shapes must be 1D sequences of concrete values of integer type, got ", repr(*this), "."});
  }
  if (std::any_of(dims_.begin(), dims_.end(), [](int64_t d) { return d < 0; })) {
    raise_value_error(
        {"Cannot convert '", repr(*this), "' to a shape. Negative dimensions are not allowed."});
  }
}

int64_t Shape::size() const {
  require_sizes();
  int64_t n = 1;
  bool overflows = false;
  for (int64_t d : dims_) {
    if (d == 0) return 0;
    overflows = overflows || __builtin_mul_overflow(n, d, &n);
  }
  if (overflows) {
    raise_value_error({"Shape ", repr(*this), " has more elements than 64 bits can count"});
  }
  return n;
}

Shape Shape::with_last(int64_t dim) const { return with(rank() - 1, dim); }

Shape Shape::with(int axis, int64_t dim) const {
  Shape out = *this;
  out[axis] = dim;
  return out;
}

Shape Shape::slice(int begin, int end) const {
  const int from = std::clamp(begin, 0, rank());
  return Shape(
      std::vector<int64_t>(dims_.begin() + from, dims_.begin() + std::clamp(end, from, rank())));
}

Shape Shape::concat(const Shape& other) const {
  std::vector<int64_t> dims = dims_;
  dims.insert(dims.end(), other.dims_.begin(), other.dims_.end());
  return Shape(std::move(dims));
}

void Shape::raise_out_of_range() { raise_index_error({"tuple index out of range"}); }

std::string repr(const Shape& shape) {
  std::string dims;
  for (const int64_t dim : shape) append_item(dims, dim == kNone ? "None" : std::to_string(dim));
  return "(" + dims + (shape.rank() == 1 ? ",)" : ")");
}

int normalize_axis(int64_t axis, int rank) {
  if (axis < -rank || axis >= rank) {
    raise_value_error({"axis ", std::to_string(axis), " is out of bounds for array of dimension ",
                       std::to_string(rank)});
  }
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

void check_reshape(const Shape& from, const Shape& to) {
  if (from.size() == to.size()) return;
  raise_value_error({"Cannot reshape a tensor of shape ", repr(from), " into shape ", repr(to)});
}

Shape broadcast_shapes(const Shape& a, const Shape& b) {
  const int rank = std::max(a.rank(), b.rank());
  std::vector<int64_t> dims(rank);
  for (int i = 0; i < rank; ++i) {
    const int ia = i - (rank - a.rank());
    const int ib = i - (rank - b.rank());
    const int64_t da = ia < 0 ? 1 : a[ia];
    const int64_t db = ib < 0 ? 1 : b[ib];
    if (da == 1) {
      dims[i] = db;
    } else if (da == kNone) {
      dims[i] = db == 1 ? kNone : db;
    } else if (db == 1 || db == kNone || db == da) {
      dims[i] = da;
    } else {
      raise_value_error({"Cannot broadcast shape, the failure dim has value ", std::to_string(da),
                         ", which cannot be broadcasted to ", std::to_string(db),
                         ". Input shapes are: ", repr(a), " and ", repr(b), "."});
    }
  }
  return Shape(std::move(dims));
}

}  // namespace keras
