#include "base/regex.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"

namespace keras {
namespace {

TEST(Regex, MatchesFromTheStartAsPythonDoes) {
  EXPECT_TRUE(start_match("conv", "conv2d_1"));
  EXPECT_TRUE(start_match("hid.*", "hidden"));
  EXPECT_TRUE(start_match("(dense|conv2d)_[0-9]+", "conv2d_12_more"));
  EXPECT_FALSE(start_match("2d", "conv2d"));
  EXPECT_FALSE(start_match("conv$", "conv2d"));
  EXPECT_FALSE(full_match("conv", "conv2d"));
  EXPECT_TRUE(full_match("conv.d", "conv2d"));
  EXPECT_THROW(start_match("(conv", "conv2d"), Error);
}

TEST(Regex, ThrowsWhenItTakesTooLong) {
  const std::string nested = std::string(90, '(') + "a" + [] {
    std::string ends;
    for (int i = 0; i < 90; ++i) ends += ")*";
    return ends;
  }();
  EXPECT_FALSE(full_match(nested, "aaab"));
  EXPECT_THROW(full_match("((a{1000}){1000}){1000}", std::string(5000, 'a')), Error);
  EXPECT_THROW(full_match(std::string(10'000, '.'), std::string(10'000, 'a')), Error);
  EXPECT_TRUE(full_match("(.*/)*(dense|conv)_?[0-9]*", "model/block/inner/dense_12"));
}

}  // namespace
}  // namespace keras
