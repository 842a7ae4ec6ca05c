#include "kernels/copy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <vector>

#include "kernels/gather.h"
#include "kernels/transpose.h"
#include "testing/exact_rows.h"
#include "testing/naive_kernels.h"

namespace keras::kernels {
namespace {

// 0, 1, 2, ... as elements of any size.
template <class T>
std::vector<T> counting(int64_t n) {
  std::vector<T> result(static_cast<size_t>(n));
  std::iota(result.begin(), result.end(), T(0));
  return result;
}

std::vector<int64_t> indices_of(const Dims& shape, int64_t flat) {
  std::vector<int64_t> result(static_cast<size_t>(shape.rank()));
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    result[static_cast<size_t>(axis)] = flat % shape[axis];
    flat /= shape[axis];
  }
  return result;
}

template <class T>
void expect_transposed(const Dims& shape, const std::vector<int64_t>& permutation) {
  const std::vector<T> x = counting<T>(shape.count());
  std::vector<T> y(x.size());
  transpose(x.data(), shape, permutation, y.data(), sizeof(T));
  Dims turned;
  for (int64_t axis : permutation) turned.push_back(shape[static_cast<int>(axis)]);
  const Dims strides = shape.strides();
  for (int64_t at = 0; at < shape.count(); ++at) {
    const std::vector<int64_t> index = indices_of(turned, at);
    int64_t from = 0;
    for (size_t i = 0; i < index.size(); ++i)
      from += index[i] * strides[static_cast<int>(permutation[i])];
    ASSERT_EQ(y[static_cast<size_t>(at)], x[static_cast<size_t>(from)]);
  }
}

TEST(Transpose, PermutesAxesInEveryOrder) {
  for (const Dims& shape :
       {Dims{7}, Dims{3, 5}, Dims{37, 41}, Dims{4, 8, 6}, Dims{2, 33, 5, 3}, Dims{3, 1, 4, 2, 2}}) {
    std::vector<int64_t> permutation = counting<int64_t>(shape.rank());
    do {
      expect_transposed<uint8_t>(shape, permutation);
      expect_transposed<uint16_t>(shape, permutation);
      expect_transposed<uint32_t>(shape, permutation);
      expect_transposed<uint64_t>(shape, permutation);
    } while (std::next_permutation(permutation.begin(), permutation.end()));
  }
}

TEST(Slice, StepsForwardsAndBackwards) {
  const Dims shape{4, 5, 6};
  const std::vector<int32_t> x = counting<int32_t>(shape.count());
  const Dims start{3, 0, 5}, step{-2, 3, -1}, size{2, 2, 6};
  std::vector<int32_t> y(24);
  slice(x.data(), shape, start, step, size, y.data(), 4);
  size_t at = 0;
  for (int64_t i = 0; i < 2; ++i) {
    for (int64_t j = 0; j < 2; ++j) {
      for (int64_t k = 0; k < 6; ++k) EXPECT_EQ(y[at++], ((3 - 2 * i) * 5 + 3 * j) * 6 + 5 - k);
    }
  }
  std::vector<int32_t> back(x.size(), -1);
  slice_update(y.data(), back.data(), shape, start, step, size, 4);
  int64_t written = 0;
  for (size_t i = 0; i < back.size(); ++i) {
    if (back[i] < 0) continue;
    EXPECT_EQ(back[i], x[i]);
    ++written;
  }
  EXPECT_EQ(written, 24);
}

TEST(Copy, OfNothingTouchesNothing) {
  int32_t y = 5;
  copy(nullptr, {3, 1}, &y, {3, 1}, {0, 3}, 4);
  EXPECT_EQ(y, 5);
}

TEST(BroadcastTo, RepeatsAxesOfSizeOne) {
  const std::vector<uint8_t> x = {1, 2, 3};
  std::vector<uint8_t> y(12);
  broadcast_to(x.data(), {3, 1}, y.data(), {2, 3, 2}, 1);
  EXPECT_EQ(y, (std::vector<uint8_t>{1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3}));
  broadcast_to(x.data(), Dims{}, y.data(), {3, 4}, 1);
  EXPECT_EQ(y, std::vector<uint8_t>(12, 1));
}

TEST(Concatenate, PlacesOperandsSideBySide) {
  const std::vector<uint16_t> a = {1, 2, 3, 4}, b = {5, 6};
  std::vector<uint16_t> y(6);
  concatenate_into(a.data(), 2, 2, 1, y.data(), 0, 3, 2);
  concatenate_into(b.data(), 2, 1, 1, y.data(), 2, 3, 2);
  EXPECT_EQ(y, (std::vector<uint16_t>{1, 2, 5, 3, 4, 6}));
}

TEST(Repeat, RepeatsElementsAndTileRepeatsArrays) {
  const std::vector<int32_t> x = {1, 2, 3, 4};
  std::vector<int32_t> y(8);
  repeat(x.data(), 2, 2, 1, 2, y.data(), 4);
  EXPECT_EQ(y, (std::vector<int32_t>{1, 1, 2, 2, 3, 3, 4, 4}));
  repeat(x.data(), 1, 2, 2, 2, y.data(), 4);
  EXPECT_EQ(y, (std::vector<int32_t>{1, 2, 1, 2, 3, 4, 3, 4}));
  tile(x.data(), {2, 2}, {1, 2}, y.data(), 4);
  EXPECT_EQ(y, (std::vector<int32_t>{1, 2, 1, 2, 3, 4, 3, 4}));
  tile(x.data(), {2, 2}, {2, 1}, y.data(), 4);
  EXPECT_EQ(y, (std::vector<int32_t>{1, 2, 3, 4, 1, 2, 3, 4}));
}

TEST(Pad, FillsBordersAsNumPyDoes) {
  const std::map<std::string, PadMode> modes = {{"pad/constant", PadMode::kConstant},
                                                {"pad/reflect", PadMode::kReflect},
                                                {"pad/symmetric", PadMode::kSymmetric},
                                                {"pad/edge", PadMode::kEdge}};
  const int rows = testing::for_each_row("kernels/pad.json", [&](const testing::Row& row) {
    Dims before, after;
    for (const json::Value& pair : row.arguments->at("widths").as_array()) {
      before.push_back(pair.as_array()[0].as_int());
      after.push_back(pair.as_array()[1].as_int());
    }
    const float zero = 0.f;
    std::vector<float> y(row.output().size());
    pad(row.input(0).data(), row.shape(), before, after, modes.at(row.name), &zero, y.data(), 4);
    EXPECT_EQ(y, row.output()) << row.name;
  });
  EXPECT_EQ(rows, 15);
}

TEST(Gather, TakesAsKerasDoes) {
  const int rows = testing::for_each_row("kernels/gather.json", [](const testing::Row& row) {
    if (row.name == "one_hot") {
      const std::vector<int32_t> indices = testing::integers_of(row.inputs->at(0));
      std::vector<float> y(indices.size() * 3);
      one_hot(indices.data(), static_cast<int64_t>(indices.size()), 3, y.data());
      EXPECT_EQ(y, row.output());
      return;
    }
    const std::vector<float> x = row.input(0), expected = row.output();
    const std::vector<int64_t> shape = row.shape();
    const std::vector<int32_t> indices = testing::integers_of(row.inputs->at(1));
    const bool last = row.number("axis") == 1;
    const int64_t outer = last ? shape[0] : 1, size = last ? shape[1] : shape[0],
                  inner = last ? 1 : shape[1];
    const float nan = NAN;
    std::vector<float> y(expected.size());
    if (row.name == "take") {
      take(x.data(), outer, size, inner, indices.data(), static_cast<int64_t>(indices.size()), &nan,
           y.data(), 4);
    } else {
      take_along_axis(x.data(), outer, size, inner, indices.data(), 2, &nan, y.data(), 4);
    }
    EXPECT_EQ(testing::relative_error(y, expected), 0.0) << row.name;
  });
  EXPECT_EQ(rows, 4);
}

TEST(Scatter, CombinesRowsInOrder) {
  const std::vector<float> updates = {1, 2, 3, 4, 5, 6, 7, 8};
  const std::vector<int32_t> indices = {1, 0, 1, 9};
  std::vector<float> y(4, 10.f);
  scatter_rows(Scatter::kAdd, updates.data(), indices.data(), 4, 2, y.data(), 2);
  EXPECT_EQ(y, (std::vector<float>{13, 14, 16, 18}));
  scatter_rows(Scatter::kUpdate, updates.data(), indices.data(), 4, 2, y.data(), 2);
  EXPECT_EQ(y, (std::vector<float>{3, 4, 5, 6}));
}

}  // namespace
}  // namespace keras::kernels
