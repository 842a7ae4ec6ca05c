#include "base/sort.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <string>

namespace keras {
namespace {

using ::testing::ElementsAre;

TEST(Sort, SortsAsTheStandardLibraryDoes) {
  uint32_t state = 1;
  for (size_t size = 0; size < 300; ++size) {
    std::vector<std::pair<uint32_t, size_t>> items;
    for (size_t i = 0; i < size; ++i) {
      state = state * 1664525u + 1013904223u;
      items.emplace_back((state >> 16) % 40, i);
    }
    const auto by_number = [](const auto& a, const auto& b) { return a.first > b.first; };
    auto expected = items;
    std::stable_sort(expected.begin(), expected.end(), by_number);
    sort_stably(items, by_number);
    ASSERT_EQ(items, expected) << size;
  }
}

TEST(Sort, MovesNonCopyableItems) {
  std::vector<std::unique_ptr<std::string>> items;
  for (const char* text : {"c", "a", "b"}) items.push_back(std::make_unique<std::string>(text));
  sort_stably(items, [](const auto& a, const auto& b) { return *a < *b; });
  EXPECT_EQ(*items[0] + *items[1] + *items[2], "abc");
}

TEST(Sort, ComparesSortedItemsOnce) {
  std::vector<int> items{1, 2, 2, 3, 5, 8, 8, 9};
  int looks = 0;
  sort_stably(items, [&](int a, int b) { return ++looks, a < b; });
  EXPECT_EQ(looks, 7);
  EXPECT_THAT(items, ElementsAre(1, 2, 2, 3, 5, 8, 8, 9));
}

}  // namespace
}  // namespace keras
