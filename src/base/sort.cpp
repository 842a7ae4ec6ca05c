#include "base/sort.h"

#include <algorithm>
#include <numeric>

namespace keras {

std::vector<size_t> argsort(size_t count, IsBefore before, const void* context) {
  std::vector<size_t> order(count);
  std::iota(order.begin(), order.end(), size_t{0});
  std::vector<size_t> merged(count);
  for (size_t run = 1; run < count; run *= 2) {
    bool moved = false;
    for (size_t start = 0; start < count; start += 2 * run) {
      const size_t middle = std::min(start + run, count);
      const size_t end = std::min(start + 2 * run, count);
      size_t left = start, right = middle, to = start;
      if (middle < end && before(context, order[middle], order[middle - 1])) {
        moved = true;
        while (left < middle && right < end) {
          merged[to++] =
              before(context, order[right], order[left]) ? order[right++] : order[left++];
        }
      }
      while (left < middle) merged[to++] = order[left++];
      while (right < end) merged[to++] = order[right++];
    }
    if (moved) order.swap(merged);
  }
  return order;
}

}  // namespace keras
