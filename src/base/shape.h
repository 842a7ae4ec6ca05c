// The shape of a tensor; any dimension may be unknown (None).
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace keras {

// An unknown dimension. Internal: configs and messages say null and None.
inline constexpr int64_t kNone = -1;

class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<int64_t> dims) : dims_(dims) {}
  explicit Shape(std::vector<int64_t> dims) : dims_(std::move(dims)) {}

  int rank() const { return static_cast<int>(dims_.size()); }
  bool empty() const { return dims_.empty(); }
  // `axis` counts from the front. IndexError "tuple index out of range" when out of range.
  int64_t operator[](int axis) const { return dims_[checked(axis)]; }
  int64_t& operator[](int axis) { return dims_[checked(axis)]; }
  int64_t front() const { return (*this)[0]; }
  int64_t back() const { return (*this)[rank() - 1]; }
  auto begin() const { return dims_.begin(); }
  auto end() const { return dims_.end(); }
  const std::vector<int64_t>& dims() const { return dims_; }
  void push_back(int64_t dim) { dims_.push_back(dim); }

  bool is_fully_defined() const;
  // TypeError when a dimension is unknown, ValueError when one is negative.
  void require_sizes() const;
  // Number of elements; 1 for a scalar. Throws as require_sizes() does, and ValueError when it
  // exceeds 64 bits. For bytes, see base/byte_size.h.
  int64_t size() const;

  Shape with_last(int64_t dim) const;
  Shape with(int axis, int64_t dim) const;
  // The dimensions [begin, end), clamped to the rank as in Python's slices.
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

// `axis` counted from the front. ValueError when outside [-rank, rank).
int normalize_axis(int64_t axis, int rank);

// ValueError when the numbers of elements differ.
void check_reshape(const Shape& from, const Shape& to);

// Broadcasts by NumPy's rule; None broadcasts with 1 and n, as in Keras. ValueError "Cannot
// broadcast shape, the failure dim has value 2, ...".
Shape broadcast_shapes(const Shape& a, const Shape& b);

}  // namespace keras
