#include "base/byte_size.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "base/error.h"

namespace keras {
namespace {

constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();

void expect_raises(ErrorKind kind, std::string_view message, const std::function<void()>& body) {
  try {
    body();
    FAIL() << "nothing was raised, not " << message;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    EXPECT_EQ(error.what(), message);
  }
}

TEST(ByteSize, IsTheProductOfSizesAndElement) {
  EXPECT_EQ(byte_size({}, DType::kFloat32), 4u);
  EXPECT_EQ(byte_size({2, 3}, DType::kFloat64), 48u);
  EXPECT_EQ(byte_size({2, 0, 3}, DType::kInt8), 0u);
  EXPECT_EQ(byte_size({2}, DType::kString), 2 * sizeof(uint32_t));
  EXPECT_EQ(byte_size(3, sizeof(float), "three floats"), 12u);
}

TEST(ByteSize, IsLimitedByTheAddressSpace) {
  const auto bytes = static_cast<int64_t>(kMaxBytes);
  EXPECT_EQ(byte_size({bytes}, DType::kUInt8), kMaxBytes);
  EXPECT_EQ(byte_size({bytes / 4}, DType::kFloat32), kMaxBytes);
  expect_raises(ErrorKind::kRuntimeError,
                "Out of memory: a tensor of shape (4294901761,) and dtype uint8 has 4294901761 "
                "bytes, and at most 4294901760 can be addressed",
                [&] { byte_size({bytes + 1}, DType::kUInt8); });
  expect_raises(ErrorKind::kRuntimeError,
                "Out of memory: a tensor of shape (65536, 65536) and dtype float32 has 17179869184 "
                "bytes, and at most 4294901760 can be addressed",
                [] { byte_size({65536, 65536}, DType::kFloat32); });
  expect_raises(ErrorKind::kRuntimeError,
                "Out of memory: the scratch memory of conv has 4294901764 bytes, and at most "
                "4294901760 can be addressed",
                [&] { byte_size(bytes / 4 + 1, sizeof(float), "the scratch memory of conv"); });
}

TEST(ByteSize, DoesNotWrapRound) {
  expect_raises(ErrorKind::kRuntimeError,
                "Out of memory: a tensor of shape (4294967296, 4294967296) and dtype float32 has "
                "more than 2**64 bytes, and at most 4294901760 can be addressed",
                [] { byte_size({int64_t{1} << 32, int64_t{1} << 32}, DType::kFloat32); });
  EXPECT_THROW(byte_size({int64_t{1} << 62, 4}, DType::kUInt8), Error);
  EXPECT_THROW(byte_size({kLargest, kLargest, kLargest}, DType::kFloat64), Error);
  EXPECT_THROW(byte_size(kLargest, sizeof(double), "much"), Error);
}

TEST(ByteSize, IsNotHiddenByAnEmptyAxis) {
  EXPECT_THROW(byte_size({0, int64_t{1} << 32, int64_t{1} << 32}, DType::kFloat32), Error);
  EXPECT_THROW(byte_size({int64_t{1} << 40, 0}, DType::kFloat32), Error);
}

TEST(ByteSize, RefusesNegativeSizes) {
  expect_raises(ErrorKind::kValueError,
                "Cannot convert '(2, -3)' to a shape. Negative dimensions are not allowed.",
                [] { byte_size({2, -3}, DType::kFloat32); });
  EXPECT_THROW(byte_size({-2, -2}, DType::kFloat32), Error);
  EXPECT_THROW(byte_size({kNone}, DType::kFloat32), Error);
  EXPECT_THROW(byte_size(-1, 1, "nothing"), Error);
}

TEST(CheckedArithmetic, ReportsOverflowOf64Bits) {
  EXPECT_EQ(checked_sum(kLargest - 1, 1), kLargest);
  EXPECT_EQ(checked_product(int64_t{1} << 31, int64_t{1} << 31), int64_t{1} << 62);
  expect_raises(ErrorKind::kValueError,
                "The size 9223372036854775807 + 1 is more than 64 bits can hold",
                [] { checked_sum(kLargest, 1); });
  expect_raises(ErrorKind::kValueError,
                "The size 4611686018427387904 * 2 is more than 64 bits can hold",
                [] { checked_product(int64_t{1} << 62, 2); });
}

}  // namespace
}  // namespace keras
