#include "base/lists.h"

#include <gtest/gtest.h>

namespace keras {
namespace {

TEST(AppendItem, SeparatesItemsByCommas) {
  std::string list;
  for (const char* item : {"a", "b", "c"}) append_item(list, item);
  EXPECT_EQ(list, "a, b, c");
}

TEST(QuotedList, JoinsNamesAsPythonDoes) {
  EXPECT_EQ(quoted_list({}), "");
  EXPECT_EQ(quoted_list({"a"}), "'a'");
  EXPECT_EQ(quoted_list({"a", "b"}), "'a' and 'b'");
  EXPECT_EQ(quoted_list({"a", "b", "c"}), "'a', 'b', and 'c'");
}

TEST(QuotedList, TakesOtherSeparators) {
  EXPECT_EQ(quoted_list({"a", "b"}, " or ", " or "), "'a' or 'b'");
  EXPECT_EQ(quoted_list({"a", "b", "c"}, " or ", " or "), "'a', 'b' or 'c'");
}

}  // namespace
}  // namespace keras
