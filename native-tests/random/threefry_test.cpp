#include "random/threefry.h"

#include <gtest/gtest.h>

#include "random/seed_generator.h"
#include "testing/exact_rows.h"

namespace keras::random {
namespace {

TEST(Threefry, MatchesThePublishedVectors) {  // Random123, kat_vectors
  EXPECT_EQ(threefry2x32({0, 0}, {0, 0}), (Key{0x6b200159u, 0x99ba4efeu}));
  EXPECT_EQ(threefry2x32({0xffffffffu, 0xffffffffu}, {0xffffffffu, 0xffffffffu}),
            (Key{0x1cb996fcu, 0xbb002be7u}));
  EXPECT_EQ(threefry2x32({0x13198a2eu, 0x03707344u}, {0x243f6a88u, 0x85a308d3u}),
            (Key{0xc4923a9cu, 0x483df7a0u}));
}

TEST(Threefry, DrawsAndSplitsAsJaxDoes) {
  const json::Value rows = testing::read_rows("random/random.json");
  uint64_t index = 0;
  for (const json::Value& bits : rows.find("bits_42")->as_array()) {
    EXPECT_EQ(int64_t{random_bits({42, 0}, index++)}, bits.as_int());
  }
  EXPECT_EQ(index, 40u);
  index = 0;
  for (const json::Value& words : rows.find("split_42_in_5")->as_array()) {
    const Key key = split({42, 0}, index++);
    EXPECT_EQ(int64_t{key[0]}, words.as_array()[0].as_int());
    EXPECT_EQ(int64_t{key[1]}, words.as_array()[1].as_int());
  }
  EXPECT_EQ(index, 5u);
}

TEST(SeedGenerator, StepsItsSecondWord) {
  Key state = key_of_seed(7);
  EXPECT_EQ(next_seed(state), (Key{7, 0}));
  EXPECT_EQ(next_seed(state), (Key{7, 1}));
  EXPECT_EQ(state, (Key{7, 2}));
}

TEST(SeedGenerator, MixesBothWordsWhenOrderDoesNotMatter) {
  Key state{10, 0};
  EXPECT_EQ(next_seed(state, false), (Key{10, 0}));
  EXPECT_EQ(state, (Key{11 * 5387 % 933199, 5387}));
}

}  // namespace
}  // namespace keras::random
