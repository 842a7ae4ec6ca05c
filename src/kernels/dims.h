// Sizes or strides of a few axes, on the stack: kernels take these instead of shape objects.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <vector>

namespace keras::kernels {

inline constexpr int kMaxRank = 16;

class Dims {
 public:
  Dims() = default;
  Dims(std::initializer_list<int64_t> sizes) { assign(sizes.begin(), sizes.end()); }
  Dims(std::span<const int64_t> sizes) { assign(sizes.begin(), sizes.end()); }
  Dims(const std::vector<int64_t>& sizes) { assign(sizes.begin(), sizes.end()); }

  int rank() const { return rank_; }
  int64_t& operator[](int axis) { return sizes_[axis]; }
  int64_t operator[](int axis) const { return sizes_[axis]; }
  const int64_t* begin() const { return sizes_.data(); }
  const int64_t* end() const { return sizes_.data() + rank_; }

  void push_back(int64_t size) {
    if (rank_ == kMaxRank)
      throw std::invalid_argument("Tensors of more than 16 axes are not supported.");
    sizes_[rank_++] = size;
  }

  // Number of elements; 1 for a scalar.
  int64_t count() const {
    int64_t n = 1;
    for (int64_t size : *this) n *= size;
    return n;
  }

  // Strides, in elements, of a dense row-major array.
  Dims strides() const {
    Dims result = *this;
    int64_t step = 1;
    for (int axis = rank_ - 1; axis >= 0; --axis) {
      result.sizes_[axis] = step;
      step *= sizes_[axis];
    }
    return result;
  }

 private:
  template <class Iterator>
  void assign(Iterator first, Iterator last) {
    for (; first != last; ++first) push_back(*first);
  }

  std::array<int64_t, kMaxRank> sizes_{};
  int rank_ = 0;
};

}  // namespace keras::kernels
