#include "kernels/rnn_gates.h"

#include "kernels/vector_math.h"

namespace keras::kernels {
namespace {

// Calls f(get, put) for every vector of n values: get(p) and put(p, x) access that vector
// of array p.
template <class F>
KERAS_INLINE void for_each_vector(int64_t n, const F& f) {
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    f([&](const float* p) { return load(p + i); }, [&](float* p, Vec x) { store(p + i, x); });
  }
  if (i < n) {
    f([&](const float* p) { return load_partial(p + i, n - i); },
      [&](float* p, Vec x) { store_partial(p + i, x, n - i); });
  }
}

}  // namespace

void lstm_gates(const float* gates, int64_t units, float* c, float* h) {
  const float *input = gates, *forget = gates + units, *candidate = forget + units,
              *output = candidate + units;
  const Sigmoid sigmoid;
  const Tanh tanh;
  for_each_vector(units, [&](const auto& get, const auto& put) {
    const Vec added = sigmoid(get(input)) * tanh(get(candidate));
    const Vec carry = madd(sigmoid(get(forget)), get(c), added);
    put(c, carry);
    put(h, sigmoid(get(output)) * tanh(carry));
  });
}

void gru_reset_after_gates(const float* gates, const float* inner, int64_t units, float* h) {
  const float *update = gates, *reset = gates + units, *candidate = reset + units;
  const Sigmoid sigmoid;
  const Tanh tanh;
  const Vec one = constant<1.f>();
  for_each_vector(units, [&](const auto& get, const auto& put) {
    const Vec fresh = tanh(madd(sigmoid(get(reset)), get(inner), get(candidate)));
    const Vec z = sigmoid(get(update));
    put(h, madd(z, get(h), (one - z) * fresh));
  });
}

}  // namespace keras::kernels
