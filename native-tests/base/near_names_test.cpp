// Names that somebody may have meant.
#include "base/near_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace keras {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(NearNames, AreTheNearestFirst) {
  EXPECT_THAT(near_names("conv_1", {"dense", "conv_12", "conv_1a_", "conv1"}),
              ElementsAre("conv_12", "conv1", "conv_1a_"));
}

TEST(NearNames, DoNotMindLetterCase) {
  EXPECT_THAT(near_names("DENSE", {"dense"}), ElementsAre("dense"));
}

TEST(NearNames, LeaveOutWhatNobodyMeant) {
  EXPECT_THAT(near_names("pool", {"dense", "conv"}), IsEmpty());
  EXPECT_THAT(near_names("", {"a"}), IsEmpty());
}

TEST(NearNames, AreThreeAtMost) {
  EXPECT_EQ(near_names("dense", {"dense_1", "dense_2", "dense_3", "dense_4"}).size(), 3);
}

TEST(NearNames, AreNeverVeryLongOnes) {
  const std::string longest(50'000'000, 'a');
  EXPECT_THAT(near_names(longest, {longest, longest + "b", "a"}), IsEmpty());
}

TEST(NearNames, BecomeAQuestion) {
  EXPECT_EQ(did_you_mean("dens", {"dense", "dent"}), " Did you mean 'dense' or 'dent'?");
  EXPECT_EQ(did_you_mean("x", {"dense"}), "");
}

}  // namespace
}  // namespace keras
