#include "tensor/tensor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/half.h"
#include "tensor/cast.h"
#include "tensor/element.h"

namespace keras {
namespace {

TEST(Tensor, SharesItsMemoryUntilItIsCopied) {
  const Tensor a = Tensor::zeros({2, 3}, DType::kFloat32);
  const Tensor b = a.reshaped({3, 2});
  const Tensor c = a.copy();
  a.data<float>()[5] = 7;
  EXPECT_EQ(b.item(5), 7);
  EXPECT_EQ(c.item(5), 0);
  EXPECT_EQ(b.shape(), (Shape{3, 2}));
}

TEST(Tensor, CountsItsBuffers) {
  const size_t count = Buffer::live_count();
  const size_t bytes = Buffer::live_bytes();
  {
    const Tensor a = Tensor::zeros({10}, DType::kFloat32);
    const Tensor view = a.reshaped({2, 5});
    EXPECT_EQ(Buffer::live_count(), count + 1);
    EXPECT_EQ(Buffer::live_bytes(), bytes + 40);
  }
  EXPECT_EQ(Buffer::live_count(), count);
  EXPECT_EQ(Buffer::live_bytes(), bytes);
}

TEST(Tensor, NamesTheTensorThatDoesNotFit) {
  const size_t count = Buffer::live_count();
  for (const auto& make : {Tensor::allocate, Tensor::zeros}) {
    try {
      make({1 << 16, 1 << 16}, DType::kFloat32);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kRuntimeError);
      EXPECT_STREQ(error.what(),
                   "Out of memory: a tensor of shape (65536, 65536) and dtype float32 has "
                   "17179869184 bytes, and at most 4294901760 can be addressed");
    }
  }
  EXPECT_THROW(Tensor::allocate({-2, -2}, DType::kFloat32), Error);
  EXPECT_EQ(Buffer::live_count(), count);
}

TEST(Tensor, NullIsNone) {
  EXPECT_FALSE(Tensor());
  EXPECT_FALSE(Tensor().has_data());
  EXPECT_TRUE(Tensor::abstract({kNone, 3}, DType::kFloat32).is_abstract());
  EXPECT_TRUE(Tensor::slot({2}, DType::kFloat32, 4).is_slot());
}

TEST(Tensor, AnEmptyOneHasAShape) {
  const Tensor a = Tensor::zeros({0, 3}, DType::kInt32);
  EXPECT_EQ(a.size(), 0);
  EXPECT_TRUE(a.has_data());
  EXPECT_EQ(a.reshaped({3, 0}).shape(), (Shape{3, 0}));
  EXPECT_EQ(cast_data(a, DType::kFloat32).bytes(), 0u);
}

TEST(Tensor, RefusesWhatDoesNotFit) {
  EXPECT_THROW(Tensor::zeros({kNone}, DType::kFloat32), Error);
  EXPECT_THROW(Tensor::zeros({2, 3}, DType::kFloat32).reshaped({4}), Error);
  EXPECT_THROW(Tensor::strings({"a"}, {2}), Error);
  EXPECT_THROW(Tensor::from_bytes({}, {2}, DType::kFloat32), Error);
  EXPECT_THROW(Tensor().raw_data(), Error);
}

TEST(Tensor, TheMaskBelongsToTheHandle) {
  const Tensor a = Tensor::zeros({2, 3}, DType::kFloat32);
  const Tensor mask = Tensor::full({2}, DType::kBool, 1);
  a.set_mask(mask);
  EXPECT_TRUE(a.mask() == mask);
  EXPECT_FALSE(a.alias().mask());
  EXPECT_FALSE(a.reshaped({6}).mask());
}

TEST(Tensor, StringsAreValues) {
  const Tensor a = Tensor::strings({"x", "y"}, {2});
  const Tensor b = a.copy();
  b.string_data() = Tensor::strings({"z", ""}, {2}).string_data();
  EXPECT_EQ(a.string_data()[0], "x");
  EXPECT_EQ(b.string_data().to_vector(), (std::vector<std::string>{"z", ""}));
  EXPECT_EQ(a.dtype(), DType::kString);
}

class EveryNumber : public ::testing::TestWithParam<DType> {};

TEST_P(EveryNumber, HoldsSmallIntegersExactly) {
  const DType dtype = GetParam();
  Tensor a = Tensor::allocate({3}, dtype);
  for (int i = 0; i < 3; ++i) store_element(dtype, a.raw_data(), i, i);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(a.item(i), dtype == DType::kBool ? i != 0 : i);
  const Tensor wide = cast_data(a, DType::kFloat64);
  const Tensor back = cast_data(wide, dtype);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(back.item(i), a.item(i));
}

INSTANTIATE_TEST_SUITE_P(Dtypes, EveryNumber,
                         ::testing::Values(DType::kBool, DType::kUInt8, DType::kUInt16,
                                           DType::kUInt32, DType::kUInt64, DType::kInt8,
                                           DType::kInt16, DType::kInt32, DType::kInt64,
                                           DType::kFloat16, DType::kBFloat16, DType::kFloat32,
                                           DType::kFloat64),
                         [](const auto& info) { return std::string(dtype_name(info.param)); });

TEST(Half, RoundTripsThroughFloat) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<uint16_t>(bits);
    const float f16 = float16_to_float(half);
    const float bf16 = bfloat16_to_float(half);
    if (std::isnan(f16)) {
      EXPECT_TRUE(std::isnan(float16_to_float(float_to_float16(f16))));
    } else {
      ASSERT_EQ(float_to_float16(f16), half);
    }
    if (std::isnan(bf16)) {
      EXPECT_TRUE(std::isnan(bfloat16_to_float(float_to_bfloat16(bf16))));
    } else {
      ASSERT_EQ(float_to_bfloat16(bf16), half);
    }
  }
}

TEST(Half, RoundsToNearestEven) {
  EXPECT_EQ(float_to_float16(1.0f + 0x1p-11f), 0x3c00);      // halfway: to even, down
  EXPECT_EQ(float_to_float16(1.0f + 3 * 0x1p-11f), 0x3c02);  // halfway: to even, up
  EXPECT_EQ(float_to_float16(65519.0f), 0x7bff);             // below the midpoint to 65536
  EXPECT_EQ(float_to_float16(65520.0f), 0x7c00);             // infinity
  EXPECT_EQ(float_to_float16(0x1p-25f), 0);                  // halfway to the smallest
  EXPECT_EQ(float_to_float16(0x1.8p-25f), 1);
  EXPECT_EQ(float_to_bfloat16(1.0f + 0x1p-8f), 0x3f80);
  EXPECT_EQ(float_to_bfloat16(1.0f + 3 * 0x1p-8f), 0x3f82);
}

}  // namespace
}  // namespace keras
