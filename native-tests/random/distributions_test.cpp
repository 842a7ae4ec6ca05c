#include "random/distributions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>

#include "random/draws.h"
#include "random/seed_generator.h"
#include "testing/exact_rows.h"

namespace keras::random {
namespace {

using Floats = std::vector<float>;

// The arguments of a row, and the number of values it requests.
struct Arguments {
  const json::Object& values;
  int64_t n;

  double number(std::string_view name, double missing) const {
    const json::Value* value = values.find(name);
    if (value == nullptr) return missing;
    return value->is_object() ? testing::floats_of(*value).at(0) : value->as_double();
  }
  float real(std::string_view name, double missing = 0.0) const {
    return static_cast<float>(number(name, missing));
  }
  Floats repeated(std::string_view name) const {
    return Floats(static_cast<size_t>(n), real(name));
  }
};

// Shuffles `x` (any element type) along the axis of the row.
template <class T>
std::vector<T> shuffled(const Key& key, const std::vector<T>& x, const std::vector<int64_t>& shape,
                        int64_t axis) {
  int64_t outer = 1, inner = 1;
  for (int64_t i = 0; i < axis; ++i) outer *= shape[static_cast<size_t>(i)];
  for (size_t i = static_cast<size_t>(axis) + 1; i < shape.size(); ++i) inner *= shape[i];
  const int64_t size = shape[static_cast<size_t>(axis)];
  std::vector<int32_t> indices(x.size());
  shuffle_indices(key, outer, size, inner, indices.data());
  std::vector<T> result(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    const int64_t line =
        static_cast<int64_t>(i) / (size * inner) * size * inner + static_cast<int64_t>(i) % inner;
    result[i] = x[static_cast<size_t>(line + indices[i] * inner)];
  }
  return result;
}

Floats draw_floats(const std::string& name, const Key& key, const Arguments& a) {
  Floats y(static_cast<size_t>(a.n));
  if (name == "uniform") uniform(key, a.real("minval", 0.0), a.real("maxval", 1.0), y.data(), a.n);
  if (name == "normal") normal(key, a.real("mean", 0.0), a.real("stddev", 1.0), y.data(), a.n);
  if (name == "truncated_normal")
    truncated_normal(key, a.real("mean", 0.0), a.real("stddev", 1.0), y.data(), a.n);
  if (name == "gamma") gamma(key, a.repeated("alpha").data(), y.data(), a.n);
  if (name == "beta")
    beta(key, a.repeated("alpha").data(), a.repeated("beta").data(), y.data(), a.n);
  if (name == "binomial")
    binomial(key, a.repeated("counts").data(), a.repeated("probabilities").data(), y.data(), a.n);
  if (name == "dropout") {
    const Floats x = testing::floats_of(a.values.at("inputs"));
    std::vector<uint8_t> keep(x.size());
    dropout_mask(key, a.number("rate", 0.0), keep.data(), a.n);
    dropout_apply(x.data(), keep.data(), a.number("rate", 0.0), y.data(), a.n);
  }
  if (name == "shuffle") {
    y = shuffled(key, testing::floats_of(a.values.at("x")), testing::shape_of(a.values.at("x")),
                 a.values.at("axis").as_int());
  }
  return y;
}

std::vector<int32_t> draw_integers(const std::string& name, const Key& key, const Arguments& a) {
  std::vector<int32_t> y(static_cast<size_t>(a.n));
  if (name == "randint") {
    randint(key, static_cast<int32_t>(a.number("minval", 0.0)),
            static_cast<int32_t>(a.number("maxval", 0.0)), y.data(), a.n);
  }
  if (name == "categorical") {
    const Floats logits = testing::floats_of(a.values.at("logits"));
    const std::vector<int64_t> shape = testing::shape_of(a.values.at("logits"));
    const int64_t samples = a.values.at("num_samples").as_int();
    Floats scratch(static_cast<size_t>(samples));
    categorical(key, logits.data(), shape[0], shape[1], samples, y.data(), scratch.data());
  }
  if (name == "shuffle") {
    y = shuffled(key, testing::integers_of(a.values.at("x")), testing::shape_of(a.values.at("x")),
                 a.values.at("axis").as_int());
  }
  return y;
}

TEST(Distributions, DrawWhatKerasDraws) {
  const json::Value fixture = testing::read_rows("random/random.json");
  int compared = 0;
  for (const json::Value& row : fixture.find("rows")->as_array()) {
    const std::string name = row.find("function")->as_string();
    Key state = key_of_seed(static_cast<uint64_t>(row.find("seed")->as_int()));
    for (const json::Value& draw : row.find("draws")->as_array()) {
      SCOPED_TRACE(name + " with key " + std::to_string(state[0]) + ", " +
                   std::to_string(state[1]));
      const Key key = next_seed(state);
      int64_t n = 1;
      for (int64_t size : testing::shape_of(draw)) n *= size;
      const Arguments arguments{row.find("arguments")->as_object(), n};
      if (draw.find("values") != nullptr) {
        EXPECT_EQ(draw_integers(name, key, arguments), testing::integers_of(draw));
      } else {
        const Floats expected = testing::floats_of(draw),
                     actual = draw_floats(name, key, arguments);
        ASSERT_EQ(actual.size(), expected.size());
        for (size_t i = 0; i < expected.size(); ++i) {
          EXPECT_LE(testing::ulps_between(actual[i], expected[i]), row.find("ulp")->as_int())
              << i << ": " << actual[i] << " for " << expected[i];
        }
      }
      ++compared;
    }
    const json::Array& end = row.find("state")->as_array();
    EXPECT_EQ(state, (Key{static_cast<uint32_t>(end[0].as_int()),
                          static_cast<uint32_t>(end[1].as_int())}));
  }
  EXPECT_GT(compared, 80);
}

TEST(XlaMath, FusesAsHardwareDoes) {
  uint32_t state = 1;
  const auto next = [&] {
    state = state * 1664525u + 1013904223u;
    return state;
  };
  for (int i = 0; i < 200000; ++i) {
    // Exponents close together, so that the sum often cancels.
    const auto number = [&](uint32_t spread) {
      return std::bit_cast<float>((next() & 0x807FFFFFu) | (127u - spread + next() % (2 * spread))
                                                               << 23);
    };
    const float a = number(12), b = number(12), c = number(24);
    ASSERT_EQ(std::bit_cast<uint32_t>(fma(a, b, c)), std::bit_cast<uint32_t>(std::fma(a, b, c)))
        << a << " " << b << " " << c;
  }
}

TEST(XlaMath, HandlesEdgeCases) {
  EXPECT_EQ(xla_log(0.f), -INFINITY);
  EXPECT_EQ(xla_log(INFINITY), INFINITY);
  EXPECT_TRUE(std::isnan(xla_log(-1.f)));
  EXPECT_TRUE(std::isnan(xla_log(NAN)));
  EXPECT_EQ(xla_log1p(-1.f), -INFINITY);
  EXPECT_EQ(xla_erfinv(1.f), INFINITY);
  EXPECT_EQ(xla_erfinv(-1.f), -INFINITY);
  EXPECT_EQ(xla_erfinv(0.f), 0.f);
}

}  // namespace
}  // namespace keras::random
