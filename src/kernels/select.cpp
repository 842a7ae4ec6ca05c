#include "kernels/select.h"

#include "kernels/broadcast_loop.h"
#include "kernels/element.h"

namespace keras::kernels {
namespace {

template <class T>
void run(const uint8_t* condition, const T* a, const T* b, T* y, const Broadcast<3>& by) {
  if (by.shape.count() == 0) return;
  const Block<3> block = last_two_axes(by);
  for_each_outer<3>(by, [&](const std::array<int64_t, 3>& offsets) {
    for (int64_t r = 0; r < block.rows; ++r) {
      const uint8_t* keep = condition + offsets[0] + r * block.strides[0];
      const T* yes = a + offsets[1] + r * block.strides[1];
      const T* no = b + offsets[2] + r * block.strides[2];
      for (int64_t i = 0; i < block.columns; ++i)
        *y++ = keep[i * block.steps[0]] ? yes[i * block.steps[1]] : no[i * block.steps[2]];
    }
  });
}

}  // namespace

void select(const uint8_t* condition, const void* a, const void* b, void* y, int element_size,
            const Broadcast<3>& by) {
  with_element(element_size, [&](auto element) {
    using T = decltype(element);
    run(condition, static_cast<const T*>(a), static_cast<const T*>(b), static_cast<T*>(y), by);
  });
}

}  // namespace keras::kernels
