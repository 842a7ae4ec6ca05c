#include "kernels/attention.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "testing/exact_rows.h"
#include "testing/naive_kernels.h"

namespace keras::kernels {
namespace {

using testing::Floats;

TEST(Attention, AnswersAsKerasDoes) {
  const int rows = testing::for_each_row("kernels/attention.json", [](const testing::Row& row) {
    const std::vector<int64_t> query = row.shape(0), key = row.shape(1), value = row.shape(2);
    Attention p;
    p.batch = query[0], p.query_length = query[1], p.heads = query[2], p.key_depth = query[3];
    p.key_length = key[1], p.key_heads = key[2], p.value_depth = value[3];
    p.scale = static_cast<float>(row.number("scale"));
    p.causal = row.flag("causal");
    p.zero_masked = row.name == "attention_scores";
    const Floats q = row.input(0), k = row.input(1), v = row.input(2);
    Floats y(row.output(0).size()), scratch(static_cast<size_t>(attention_scratch_floats(p)));
    AttentionArrays arrays;
    arrays.query = q.data(), arrays.key = k.data(), arrays.value = v.data();
    arrays.y = y.data(), arrays.scratch = scratch.data();
    std::vector<uint8_t> mask;
    Floats bias, scores;
    if (const std::vector<int64_t> strides = row.list("mask"); !strides.empty()) {
      mask = testing::integers_of<uint8_t>(row.inputs->at(3));
      std::copy(strides.begin(), strides.end(), p.mask_strides);
      arrays.mask = mask.data();
    }
    if (const std::vector<int64_t> strides = row.list("bias"); !strides.empty()) {
      bias = row.input(3);
      std::copy(strides.begin(), strides.end(), p.bias_strides);
      arrays.bias = bias.data();
    }
    if (p.zero_masked) {
      scores.resize(row.output(1).size());
      arrays.scores = scores.data();
    }
    attention(p, arrays);
    EXPECT_LT(testing::relative_error(y, row.output(0)), 1e-6);
    if (p.zero_masked) {
      EXPECT_LT(testing::relative_error(scores, row.output(1)), 1e-6);
    }
  });
  EXPECT_EQ(rows, 7);
}

// More queries than one block holds.
TEST(Attention, MatchesTheDefinitionForLongSequences) {
  Attention p;
  p.batch = 1, p.heads = 2, p.key_heads = 2, p.query_length = 61, p.key_length = 45,
  p.key_depth = 9, p.value_depth = 10;
  p.scale = 0.7f;
  const Floats q = testing::random_floats(61 * 18, 1), k = testing::random_floats(45 * 18, 2),
               v = testing::random_floats(45 * 20, 3);
  Floats y(61 * 20), expected(y.size()), scratch(static_cast<size_t>(attention_scratch_floats(p)));
  for (int64_t head = 0; head < 2; ++head) {
    for (int64_t t = 0; t < 61; ++t) {
      std::vector<double> weights(45);
      double total = 0;
      for (int64_t s = 0; s < 45; ++s) {
        double dot = 0;
        for (int64_t i = 0; i < 9; ++i) {
          dot += double(q[static_cast<size_t>(t * 18 + head * 9 + i)]) *
                 double(k[static_cast<size_t>(s * 18 + head * 9 + i)]);
        }
        total += weights[static_cast<size_t>(s)] = std::exp(0.7 * dot);
      }
      for (int64_t i = 0; i < 10; ++i) {
        double sum = 0;
        for (int64_t s = 0; s < 45; ++s)
          sum += weights[static_cast<size_t>(s)] / total *
                 v[static_cast<size_t>(s * 20 + head * 10 + i)];
        expected[static_cast<size_t>(t * 20 + head * 10 + i)] = static_cast<float>(sum);
      }
    }
  }
  AttentionArrays arrays;
  arrays.query = q.data(), arrays.key = k.data(), arrays.value = v.data();
  arrays.y = y.data(), arrays.scratch = scratch.data();
  attention(p, arrays);
  EXPECT_LT(testing::relative_error(y, expected), 1e-6);
}

}  // namespace
}  // namespace keras::kernels
