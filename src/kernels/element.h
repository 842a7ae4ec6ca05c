// Element types for moving data: unsigned integers of the same size stand for all types.
#pragma once

#include <cstdint>
#include <stdexcept>

namespace keras::kernels {

// Calls f(T()) with the unsigned integer type of 1, 2, 4 or 8 bytes.
template <class F>
void with_element(int element_size, const F& f) {
  switch (element_size) {
    case 1:
      return f(uint8_t());
    case 2:
      return f(uint16_t());
    case 4:
      return f(uint32_t());
    case 8:
      return f(uint64_t());
    default:
      throw std::invalid_argument("Elements of this size cannot be moved.");
  }
}

}  // namespace keras::kernels
