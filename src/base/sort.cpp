#include "base/sort.h"

#include <algorithm>
#include <numeric>

namespace keras {

std::vector<size_t> sort_places(size_t count, PlaceBefore before, const void* context) {
  std::vector<size_t> places(count);
  std::iota(places.begin(), places.end(), size_t{0});
  std::vector<size_t> merged(count);
  for (size_t run = 1; run < count; run *= 2) {
    bool moved = false;
    for (size_t start = 0; start < count; start += 2 * run) {
      const size_t middle = std::min(start + run, count);
      const size_t end = std::min(start + 2 * run, count);
      size_t left = start, right = middle, to = start;
      if (middle < end && before(context, places[middle], places[middle - 1])) {
        moved = true;
        while (left < middle && right < end) {
          merged[to++] =
              before(context, places[right], places[left]) ? places[right++] : places[left++];
        }
      }
      while (left < middle) merged[to++] = places[left++];
      while (right < end) merged[to++] = places[right++];
    }
    if (moved) places.swap(merged);
  }
  return places;
}

}  // namespace keras
