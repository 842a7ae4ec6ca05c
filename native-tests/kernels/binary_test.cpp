#include "kernels/binary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include "kernels/select.h"
#include "testing/exact_rows.h"
#include "testing/naive_kernels.h"

namespace keras::kernels {
namespace {

using testing::Floats;

const std::map<std::string, Binary> kBinary = {
    {"add", Binary::kAdd},
    {"subtract", Binary::kSubtract},
    {"multiply", Binary::kMultiply},
    {"divide", Binary::kDivide},
    {"divide_no_nan", Binary::kDivideNoNan},
    {"floor_divide", Binary::kFloorDivide},
    {"mod", Binary::kMod},
    {"fmod", Binary::kFmod},
    {"power", Binary::kPower},
    {"maximum", Binary::kMaximum},
    {"minimum", Binary::kMinimum},
    {"arctan2", Binary::kArctan2},
    {"hypot", Binary::kHypot},
    {"logaddexp", Binary::kLogaddexp},
    {"copysign", Binary::kCopysign},
    {"nextafter", Binary::kNextafter},
    {"bitwise_and", Binary::kBitwiseAnd},
    {"bitwise_or", Binary::kBitwiseOr},
    {"bitwise_xor", Binary::kBitwiseXor},
    {"left_shift", Binary::kLeftShift},
    {"right_shift", Binary::kRightShift},
};
const std::map<std::string, Compare> kCompare = {
    {"equal", Compare::kEqual},     {"not_equal", Compare::kNotEqual},
    {"less", Compare::kLess},       {"less_equal", Compare::kLessEqual},
    {"greater", Compare::kGreater}, {"greater_equal", Compare::kGreaterEqual},
};

// Every value combined with every other.
Broadcast<2> grid(size_t n) {
  const int64_t size = static_cast<int64_t>(n);
  return broadcast({size, 1}, {1, size}, {size, size});
}

void expect_floats(const std::string& name, const testing::Row& row) {
  const Floats x = row.input(0);
  const size_t n = x.size();
  if (kCompare.contains(name)) {
    std::vector<uint8_t> y(n * n);
    compare(kCompare.at(name), x.data(), x.data(), y.data(), grid(n));
    EXPECT_EQ(y, testing::integers_of<uint8_t>(row.outputs->at(0))) << name;
    return;
  }
  Floats y(n * n);
  binary(kBinary.at(name), x.data(), x.data(), y.data(), grid(n));
  const Floats expected = row.output();
  for (size_t i = 0; i < y.size(); ++i) {
    // pow, atan2, hypot and logarithms differ in the last digits between libraries.
    EXPECT_TRUE(testing::ulps_between(y[i], expected[i]) <= 16 ||
                std::fabs(y[i] - expected[i]) < 1e-37)
        << name << "(" << x[i / n] << ", " << x[i % n] << ") = " << y[i] << ", Keras has "
        << expected[i];
  }
}

template <class T>
void expect_integers(const std::string& name, const testing::Row& row) {
  const std::vector<T> x = testing::integers_of<T>(row.inputs->at(0));
  const size_t n = x.size();
  if (kCompare.contains(name)) {
    std::vector<uint8_t> y(n * n);
    compare(kCompare.at(name), x.data(), x.data(), y.data(), grid(n));
    EXPECT_EQ(y, testing::integers_of<uint8_t>(row.outputs->at(0))) << name;
    return;
  }
  std::vector<T> y(n * n);
  binary(kBinary.at(name), x.data(), x.data(), y.data(), grid(n));
  const std::vector<T> expected = testing::integers_of<T>(row.outputs->at(0));
  for (size_t i = 0; i < y.size(); ++i) {
    EXPECT_EQ(y[i], expected[i]) << name << "(" << int64_t{x[i / n]} << ", " << int64_t{x[i % n]}
                                 << ")";
  }
}

TEST(Binary, AnswersAsKerasDoesAtEveryEdge) {
  const int rows = testing::for_each_row("kernels/binary.json", [](const testing::Row& row) {
    const size_t slash = row.name.find('/');
    const std::string name = row.name.substr(0, slash), dtype = row.name.substr(slash + 1);
    if (dtype == "float32") expect_floats(name, row);
    if (dtype == "int32") expect_integers<int32_t>(name, row);
    if (dtype == "uint32") expect_integers<uint32_t>(name, row);
    if (dtype == "uint8") expect_integers<uint8_t>(name, row);
  });
  EXPECT_EQ(rows, 70);
}

// The position in an operand of `shape` that is broadcast to position `at` of `output`.
int64_t source(const Dims& shape, const Dims& output, int64_t at) {
  int64_t result = 0, stride = 1;
  for (int axis = output.rank() - 1; axis >= 0; --axis) {
    const int64_t index = at % output[axis];
    at /= output[axis];
    const int own = axis - (output.rank() - shape.rank());
    if (own < 0) continue;
    if (shape[own] != 1) result += index * stride;
    stride *= shape[own];
  }
  return result;
}

TEST(Binary, BroadcastsAsNumPyDoes) {
  const std::vector<std::array<Dims, 3>> cases = {
      {Dims{}, Dims{}, Dims{}},
      {Dims{5}, Dims{}, Dims{5}},
      {Dims{1}, Dims{9}, Dims{9}},
      {Dims{3, 5}, Dims{5}, Dims{3, 5}},
      {Dims{3, 5}, Dims{3, 1}, Dims{3, 5}},
      {Dims{3, 1}, Dims{1, 5}, Dims{3, 5}},
      {Dims{2, 3, 4}, Dims{2, 3, 4}, Dims{2, 3, 4}},
      {Dims{2, 1, 4}, Dims{3, 1}, Dims{2, 3, 4}},
      {Dims{4, 1, 3, 1, 2}, Dims{2, 1, 5, 1}, Dims{4, 2, 3, 5, 2}},
      {Dims{2, 3, 1, 1}, Dims{1, 1, 4, 5}, Dims{2, 3, 4, 5}},
      {Dims{0, 3}, Dims{3}, Dims{0, 3}},
      {Dims{1, 17}, Dims{6, 1}, Dims{6, 17}},
  };
  for (const auto& [a_shape, b_shape, output] : cases) {
    const Floats a = testing::random_floats(a_shape.count(), 1),
                 b = testing::random_floats(b_shape.count(), 2);
    for (bool swap : {false, true}) {
      const Dims &left = swap ? b_shape : a_shape, &right = swap ? a_shape : b_shape;
      const Floats &x = swap ? b : a, &z = swap ? a : b;
      Floats y(static_cast<size_t>(output.count()));
      binary(Binary::kSubtract, x.data(), z.data(), y.data(), broadcast(left, right, output));
      for (int64_t i = 0; i < output.count(); ++i) {
        ASSERT_EQ(y[static_cast<size_t>(i)], x[static_cast<size_t>(source(left, output, i))] -
                                                 z[static_cast<size_t>(source(right, output, i))]);
      }
    }
  }
}

TEST(Binary, MergesAxesThatAreWalkedAsOne) {
  const Broadcast<2> same = broadcast({2, 3, 4}, {2, 3, 4}, {2, 3, 4});
  EXPECT_EQ(same.shape.rank(), 1);
  EXPECT_EQ(same.shape[0], 24);
  EXPECT_EQ(broadcast({2, 3, 4}, {4}, {2, 3, 4}).shape.rank(), 2);
  EXPECT_EQ(broadcast({2, 3, 4}, {2, 1, 1}, {2, 3, 4}).shape.rank(), 2);
}

TEST(Select, BroadcastsItsThreeOperands) {
  const Dims condition_shape{3, 1}, a_shape{1, 4}, b_shape{}, output{3, 4};
  const std::vector<uint8_t> condition = {1, 0, 2};
  const std::vector<int64_t> a = {10, 11, 12, 13}, b = {-1};
  std::vector<int64_t> y(12);
  select(condition.data(), a.data(), b.data(), y.data(), 8,
         broadcast(condition_shape, a_shape, b_shape, output));
  EXPECT_EQ(y, (std::vector<int64_t>{10, 11, 12, 13, -1, -1, -1, -1, 10, 11, 12, 13}));
}

}  // namespace
}  // namespace keras::kernels
