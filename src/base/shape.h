// The shape of a tensor: its dimensions, of which any may be unknown (None).
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace keras {

// An unknown dimension. Never seen outside the core: configs and messages say null and None.
inline constexpr int64_t kNone = -1;

class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<int64_t> dims) : dims_(dims) {}
  explicit Shape(std::vector<int64_t> dims) : dims_(std::move(dims)) {}

  int rank() const { return static_cast<int>(dims_.size()); }
  bool empty() const { return dims_.empty(); }
  // Axes count from the front. IndexError "tuple index out of range", as Python's, when there are
  // fewer.
  int64_t operator[](int axis) const { return dims_[checked(axis)]; }
  int64_t& operator[](int axis) { return dims_[checked(axis)]; }
  int64_t front() const { return (*this)[0]; }
  int64_t back() const { return (*this)[rank() - 1]; }
  auto begin() const { return dims_.begin(); }
  auto end() const { return dims_.end(); }
  const std::vector<int64_t>& dims() const { return dims_; }
  void push_back(int64_t dim) { dims_.push_back(dim); }

  bool is_fully_defined() const;
  // Throws TypeError when a dimension is unknown, ValueError when one is negative.
  void require_sizes() const;
  // Number of elements; 1 for a scalar. Throws as require_sizes() does, and ValueError when it is
  // more than 64 bits can count. Bytes of memory: base/byte_size.h.
  int64_t size() const;

  Shape with_last(int64_t dim) const;
  Shape with(int axis, int64_t dim) const;
  // The dimensions from `begin` up to `end`; axes that do not exist are left out, as in Python's
  // slices.
  Shape slice(int begin, int end) const;
  Shape slice(int begin) const { return slice(begin, rank()); }
  Shape concat(const Shape& other) const;

  bool operator==(const Shape&) const = default;

 private:
  size_t checked(int axis) const {
    if (static_cast<size_t>(axis) >= dims_.size()) raise_out_of_range();
    return static_cast<size_t>(axis);
  }
  [[noreturn]] static void raise_out_of_range();

  std::vector<int64_t> dims_;
};

// As Python prints a tuple: `(None, 3)`, `(3,)`, `()`.
std::string repr(const Shape& shape);

// `axis` counted from the front; throws ValueError when it is outside of [-rank, rank).
int normalize_axis(int64_t axis, int rank);

// Throws ValueError when the numbers of elements differ.
void check_reshape(const Shape& from, const Shape& to);

// Shapes broadcast together by NumPy's rule, None against 1 or n as Keras does.
// Throws ValueError "Cannot broadcast shape, the failure dim has value 2, which cannot be
// broadcasted to 3. ..."
Shape broadcast_shapes(const Shape& a, const Shape& b);

}  // namespace keras
