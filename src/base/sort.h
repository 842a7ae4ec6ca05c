// Stable sorting where it is not what takes the time. std::sort and std::stable_sort are 2 to 5 kB
// for every type and every order, which everybody would download.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace keras {

// Whether the item at one place comes before that at another; `context` is what argsort was
// given.
using IsBefore = bool (*)(const void* context, size_t a, size_t b);

// The places 0 to count - 1 in the order of their items. Looks count - 1 times at items that are in
// order.
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
