#include "base/shape.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace keras {
namespace {

TEST(Shape, PrintsAsAPythonTuple) {
  EXPECT_EQ(repr(Shape{}), "()");
  EXPECT_EQ(repr(Shape{3}), "(3,)");
  EXPECT_EQ(repr(Shape{kNone, 3}), "(None, 3)");
}

TEST(Shape, BroadcastsAsNumPyAndKnowsNone) {
  EXPECT_EQ(broadcast_shapes({2, 1}, {3}), (Shape{2, 3}));
  EXPECT_EQ(broadcast_shapes({}, {3, 4}), (Shape{3, 4}));
  EXPECT_EQ(broadcast_shapes({kNone, 3}, {1, 3}), (Shape{kNone, 3}));
  EXPECT_EQ(broadcast_shapes({kNone, 3}, {5, 3}), (Shape{5, 3}));
  EXPECT_EQ(broadcast_shapes({5, 3}, {kNone, 3}), (Shape{5, 3}));
  EXPECT_EQ(broadcast_shapes({kNone}, {kNone}), (Shape{kNone}));
}

TEST(Shape, RefusesWhatDoesNotBroadcast) {
  try {
    broadcast_shapes({2, 3}, {2, 4});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kValueError);
    EXPECT_STREQ(error.what(),
                 "Cannot broadcast shape, the failure dim has value 3, which cannot be "
                 "broadcasted to 4. Input shapes are: (2, 3) and (2, 4).");
  }
}

TEST(Shape, NormalizesAxes) {
  EXPECT_EQ(normalize_axis(-1, 3), 2);
  EXPECT_EQ(normalize_axis(0, 3), 0);
  EXPECT_THROW(normalize_axis(3, 3), Error);
  EXPECT_THROW(normalize_axis(-4, 3), Error);
}

TEST(Shape, CountsItsElements) {
  EXPECT_EQ(Shape{}.size(), 1);
  EXPECT_EQ((Shape{2, 0, 3}).size(), 0);
  EXPECT_EQ((Shape{2, 3}).size(), 6);
  EXPECT_FALSE((Shape{2, kNone}).is_fully_defined());
  EXPECT_EQ((Shape{1, 2, 3}).slice(1), (Shape{2, 3}));
  EXPECT_EQ((Shape{1, 2}).concat({3}), (Shape{1, 2, 3}));
  EXPECT_EQ((Shape{1, 2}).with_last(9), (Shape{1, 9}));
}

}  // namespace
}  // namespace keras
