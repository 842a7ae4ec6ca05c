#include "base/pattern.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace keras {
namespace {

TEST(Pattern, MatchesFromTheStartAsPythonDoes) {
  EXPECT_TRUE(start_match("conv", "conv2d_1"));
  EXPECT_TRUE(start_match("hid.*", "hidden"));
  EXPECT_TRUE(start_match("(dense|conv2d)_[0-9]+", "conv2d_12_more"));
  EXPECT_FALSE(start_match("2d", "conv2d"));
  EXPECT_FALSE(start_match("conv$", "conv2d"));
  EXPECT_FALSE(full_match("conv", "conv2d"));
  EXPECT_TRUE(full_match("conv.d", "conv2d"));
  EXPECT_THROW(start_match("(conv", "conv2d"), Error);
}

}  // namespace
}  // namespace keras
