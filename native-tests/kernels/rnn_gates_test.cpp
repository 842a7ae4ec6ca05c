#include "kernels/rnn_gates.h"

#include <gtest/gtest.h>

#include <cmath>

#include "testing/naive_kernels.h"

namespace keras::kernels {
namespace {

using testing::Floats;
using testing::random_floats;

double sigmoid_of(double x) { return 1 / (1 + std::exp(-x)); }

TEST(RnnGates, OfAnLstmFollowTheDefinitionForEveryNumberOfUnits) {
  for (int64_t units = 1; units <= 18; ++units) {
    SCOPED_TRACE(units);
    const auto n = static_cast<size_t>(units);
    const Floats gates = random_floats(4 * units, 1), old = random_floats(units, 2);
    Floats c = old, h(n + 1, 77.f);
    lstm_gates(gates.data(), units, c.data(), h.data());
    for (size_t i = 0; i < n; ++i) {
      const double carry = sigmoid_of(gates[n + i]) * old[i] +
                           sigmoid_of(gates[i]) * std::tanh(double(gates[2 * n + i]));
      EXPECT_NEAR(c[i], carry, 5e-7);
      EXPECT_NEAR(h[i], sigmoid_of(gates[3 * n + i]) * std::tanh(carry), 5e-7);
    }
    EXPECT_EQ(h[n], 77.f) << "wrote past the end";
  }
}

TEST(RnnGates, OfAGruFollowTheDefinitionForEveryNumberOfUnits) {
  for (int64_t units = 1; units <= 18; ++units) {
    SCOPED_TRACE(units);
    const auto n = static_cast<size_t>(units);
    const Floats gates = random_floats(3 * units, 1), inner = random_floats(units, 2),
                 old = random_floats(units, 3);
    Floats h = old;
    h.push_back(77.f);
    gru_reset_after_gates(gates.data(), inner.data(), units, h.data());
    for (size_t i = 0; i < n; ++i) {
      const double z = sigmoid_of(gates[i]);
      const double fresh = std::tanh(gates[2 * n + i] + sigmoid_of(gates[n + i]) * inner[i]);
      EXPECT_NEAR(h[i], z * old[i] + (1 - z) * fresh, 5e-7);
    }
    EXPECT_EQ(h[n], 77.f) << "wrote past the end";
  }
}

}  // namespace
}  // namespace keras::kernels
