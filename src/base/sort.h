// Stable sorting where speed does not matter. std::sort and std::stable_sort compile to 2 to 5 kB
// per element type and order.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace keras {

// Whether item `a` comes before item `b`; `context` is passed through.
using IsBefore = bool (*)(const void* context, size_t a, size_t b);

// The indices that sort the items, stably. Compares count - 1 times when they are sorted already.
std::vector<size_t> argsort(size_t count, IsBefore before, const void* context);

template <class T, class Before = std::less<>>
void sort_stably(std::vector<T>& items, const Before& before = {}) {
  struct Context {
    const std::vector<T>& items;
    const Before& before;
  } const context{items, before};
  const auto order = argsort(
      items.size(),
      [](const void* c, size_t a, size_t b) {
        const auto& [all, is_before] = *static_cast<const Context*>(c);
        return bool(is_before(all[a], all[b]));
      },
      &context);
  std::vector<T> sorted;
  sorted.reserve(items.size());
  for (const size_t i : order) sorted.push_back(std::move(items[i]));
  items = std::move(sorted);
}

}  // namespace keras
