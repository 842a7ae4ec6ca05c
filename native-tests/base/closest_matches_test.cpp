#include "base/closest_matches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace keras {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ClosestMatches, AreOrderedByDistance) {
  EXPECT_THAT(closest_matches("conv_1", {"dense", "conv_12", "conv_1a_", "conv1"}),
              ElementsAre("conv_12", "conv1", "conv_1a_"));
}

TEST(ClosestMatches, IgnoreCase) {
  EXPECT_THAT(closest_matches("DENSE", {"dense"}), ElementsAre("dense"));
}

TEST(ClosestMatches, LeaveOutDistantNames) {
  EXPECT_THAT(closest_matches("pool", {"dense", "conv"}), IsEmpty());
  EXPECT_THAT(closest_matches("", {"a"}), IsEmpty());
}

TEST(ClosestMatches, AreThreeAtMost) {
  EXPECT_EQ(closest_matches("dense", {"dense_1", "dense_2", "dense_3", "dense_4"}).size(), 3);
}

TEST(ClosestMatches, IgnoreVeryLongNames) {
  const std::string longest(50'000'000, 'a');
  EXPECT_THAT(closest_matches(longest, {longest, longest + "b", "a"}), IsEmpty());
}

TEST(ClosestMatches, BecomeAQuestion) {
  EXPECT_EQ(did_you_mean("dens", {"dense", "dent"}), " Did you mean 'dense' or 'dent'?");
  EXPECT_EQ(did_you_mean("x", {"dense"}), "");
}

}  // namespace
}  // namespace keras
