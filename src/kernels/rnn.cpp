#include "kernels/rnn.h"

#include <algorithm>
#include <cstring>

#include "kernels/gemm.h"
#include "kernels/map.h"
#include "kernels/rnn_gates.h"

namespace keras::kernels {
namespace {

// Projected inputs computed ahead, in floats; longer sequences are split.
constexpr int64_t kProjectionFloats = 1 << 20;
constexpr int64_t kLeastSteps = 8;

bool is_gru(const Rnn& p) { return p.kind == RnnKind::kGru || p.kind == RnnKind::kGruResetAfter; }
int64_t width(const Rnn& p) { return rnn_gates(p.kind) * p.units; }
// Columns of the recurrent kernel that multiply the whole state; GRU's candidate is separate.
int64_t state_columns(const Rnn& p) { return is_gru(p) ? 2 * p.units : width(p); }

int64_t steps_ahead(const Rnn& p) {
  const int64_t fitting = kProjectionFloats / std::max<int64_t>(1, p.batch * width(p));
  return std::min(p.steps, std::max(kLeastSteps, fitting));
}

// Offsets of the parts of a buffer, in floats.
struct Parts {
  int64_t floats = 0;

  int64_t take(int64_t n) {
    const int64_t start = floats;
    floats += n;
    return start;
  }
};

struct Packed : Parts {
  int64_t kernel, recurrent, candidate, bias, candidate_bias;

  explicit Packed(const Rnn& p) {
    kernel = take(packed_b_floats(p.features, width(p)));
    recurrent = take(packed_b_floats(p.units, state_columns(p)));
    candidate = take(is_gru(p) ? packed_b_floats(p.units, p.units) : 0);
    bias = take(width(p));
    candidate_bias = take(p.kind == RnnKind::kGruResetAfter ? p.units : 0);
  }
};

// Data that persists between steps; [batch, units] except for the gates.
struct Scratch : Parts {
  int64_t gates;  // [batch, steps ahead, width]
  int64_t h, c, work;

  explicit Scratch(const Rnn& p) {
    const int64_t state = p.batch * p.units;
    gates = take(p.batch * steps_ahead(p) * width(p));
    h = take(state);
    c = take(p.kind == RnnKind::kLstm ? state : 0);
    work = take(state);
  }
};

class Sequence {
 public:
  Sequence(const Rnn& p, const RnnArrays& arrays)
      : p_(p),
        arrays_(arrays),
        packed_(p),
        gates_(arrays.scratch + Scratch(p).gates),
        h_(arrays.scratch + Scratch(p).h),
        c_(arrays.scratch + Scratch(p).c),
        work_(arrays.scratch + Scratch(p).work) {}

  void run() {
    start_state(h_, arrays_.initial_h);
    if (p_.kind == RnnKind::kLstm) start_state(c_, arrays_.initial_c);
    if (p_.steps == 0 && !p_.return_sequences) std::fill_n(arrays_.y, p_.batch * p_.units, 0.f);
    const int64_t ahead = steps_ahead(p_);
    for (int64_t first = 0; first < p_.steps; first += ahead) {
      const int64_t count = std::min(ahead, p_.steps - first);
      const int64_t first_time = p_.go_backwards ? p_.steps - first - count : first;
      project(first_time, count);
      for (int64_t step = first; step < first + count; ++step) {
        const int64_t time = p_.go_backwards ? p_.steps - 1 - step : step;
        advance(step, time, gates_ + (time - first_time) * width(p_), count * width(p_));
      }
    }
    const size_t bytes = static_cast<size_t>(p_.batch * p_.units) * sizeof(float);
    if (arrays_.last_h != nullptr) std::memcpy(arrays_.last_h, h_, bytes);
    if (arrays_.last_c != nullptr) std::memcpy(arrays_.last_c, c_, bytes);
  }

 private:
  const float* packed(int64_t part) const { return arrays_.packed + part; }

  void start_state(float* state, const float* given) {
    const int64_t n = p_.batch * p_.units;
    if (given != nullptr) {
      std::copy_n(given, n, state);
    } else {
      std::fill_n(state, n, 0.f);
    }
  }

  void project(int64_t first_time, int64_t count) {
    const Epilogue epilogue{.bias = packed(packed_.bias)};
    const int64_t n = width(p_);
    if (count == p_.steps) {
      gemm(arrays_.x, p_.features, packed(packed_.kernel), gates_, n, p_.batch * count, n,
           p_.features, epilogue);
      return;
    }
    for (int64_t row = 0; row < p_.batch; ++row) {
      gemm(arrays_.x + (row * p_.steps + first_time) * p_.features, p_.features,
           packed(packed_.kernel), gates_ + row * count * n, n, count, n, p_.features, epilogue);
    }
  }

  // One step of the whole batch. `gates` points at the first row's projected input; rows are
  // `stride` floats apart.
  void advance(int64_t step, int64_t time, float* gates, int64_t stride) {
    const int64_t units = p_.units;
    gemm(h_, units, packed(packed_.recurrent), gates, stride, p_.batch, state_columns(p_), units,
         {.residual = gates});
    if (p_.kind == RnnKind::kGruResetAfter) {
      gemm(h_, units, packed(packed_.candidate), work_, units, p_.batch, units, units,
           {.bias = packed(packed_.candidate_bias)});
    } else if (p_.kind == RnnKind::kGru) {
      for (int64_t row = 0; row < p_.batch; ++row) {
        float* reset = gates + row * stride + units;
        recurrent_activation(gates + row * stride, 2 * units);
        map(reset, h_ + row * units, work_ + row * units, units,
            [](Vec r, Vec h) { return r * h; });
      }
      gemm(work_, units, packed(packed_.candidate), gates + 2 * units, stride, p_.batch, units,
           units, {.residual = gates + 2 * units});
    }
    for (int64_t row = 0; row < p_.batch; ++row) {
      const bool masked = arrays_.mask != nullptr && arrays_.mask[row * p_.steps + time] == 0;
      if (!masked) update(row, gates + row * stride);
      write_output(row, step, masked);
    }
  }

  void activation(float* x, int64_t n) { unary(p_.activation, x, x, n, p_.activation_params); }
  void recurrent_activation(float* x, int64_t n) {
    unary(p_.recurrent_activation, x, x, n, p_.recurrent_activation_params);
  }

  bool has_usual_activations() const {
    return p_.activation == Unary::kTanh && p_.recurrent_activation == Unary::kSigmoid;
  }

  // Computes the new state of one row from its gates.
  void update(int64_t row, float* gates) {
    const int64_t units = p_.units;
    float* h = h_ + row * units;
    float* work = work_ + row * units;
    switch (p_.kind) {
      case RnnKind::kSimple:
        std::copy_n(gates, units, h);
        activation(h, units);
        return;
      case RnnKind::kLstm: {
        float* c = c_ + row * units;
        if (has_usual_activations()) return lstm_gates(gates, units, c, h);
        float *input = gates, *forget = gates + units, *candidate = gates + 2 * units,
              *output = gates + 3 * units;
        recurrent_activation(input, 2 * units);
        activation(candidate, units);
        recurrent_activation(output, units);
        map(input, candidate, work, units, [](Vec i, Vec g) { return i * g; });
        map(forget, c, c, units, [](Vec f, Vec old) { return f * old; });
        map(c, work, c, units, [](Vec kept, Vec added) { return kept + added; });
        std::copy_n(c, units, work);
        activation(work, units);
        map(output, work, h, units, [](Vec o, Vec g) { return o * g; });
        return;
      }
      case RnnKind::kGruResetAfter:
      case RnnKind::kGru: {
        if (p_.kind == RnnKind::kGruResetAfter && has_usual_activations())
          return gru_reset_after_gates(gates, work, units, h);
        float *update = gates, *reset = gates + units, *candidate = gates + 2 * units;
        if (p_.kind == RnnKind::kGruResetAfter) {
          recurrent_activation(gates, 2 * units);
          map(reset, work, work, units, [](Vec r, Vec inner) { return r * inner; });
          map(candidate, work, candidate, units, [](Vec x, Vec inner) { return x + inner; });
        }
        activation(candidate, units);
        map(update, h, h, units, [](Vec z, Vec old) { return z * old; });
        map(update, candidate, candidate, units, [](Vec z, Vec g) { return (splat(1.f) - z) * g; });
        map(h, candidate, h, units, [](Vec kept, Vec added) { return kept + added; });
        return;
      }
    }
  }

  void write_output(int64_t row, int64_t step, bool masked) {
    const int64_t units = p_.units;
    float* y = arrays_.y + row * units;
    const float* previous = y;
    if (p_.return_sequences) {
      y = arrays_.y + (row * p_.steps + step) * units;
      previous = y - units;
    }
    const bool zeros = masked && (p_.unroll ? step == 0 : p_.zero_output_for_mask);
    if (zeros) {
      std::fill_n(y, units, 0.f);
    } else if (masked && p_.unroll) {
      if (previous != y) std::copy_n(previous, units, y);
    } else if (p_.return_sequences || step == p_.steps - 1 || p_.unroll) {
      std::copy_n(h_ + row * units, units, y);
    }
  }

  const Rnn& p_;
  const RnnArrays& arrays_;
  const Packed packed_;
  float *gates_, *h_, *c_, *work_;
};

}  // namespace

int64_t rnn_packed_floats(const Rnn& p) { return Packed(p).floats; }

void pack_rnn(const Rnn& p, const float* kernel, const float* recurrent, const float* bias,
              float* packed) {
  const Packed to(p);
  const int64_t n = width(p), state = state_columns(p);
  pack_b(kernel, n, p.features, n, packed + to.kernel);
  pack_b(recurrent, n, p.units, state, packed + to.recurrent);
  if (is_gru(p)) pack_b(recurrent + state, n, p.units, p.units, packed + to.candidate);
  std::fill_n(packed + to.bias, to.floats - to.bias, 0.f);
  if (bias == nullptr) return;
  std::copy_n(bias, n, packed + to.bias);
  if (p.kind == RnnKind::kGruResetAfter) {
    // The second bias is added to the first, except for the candidate, where the reset gate is
    // applied in between.
    for (int64_t i = 0; i < state; ++i) packed[to.bias + i] += bias[n + i];
    std::copy_n(bias + n + state, p.units, packed + to.candidate_bias);
  }
}

int64_t rnn_scratch_floats(const Rnn& p) { return Scratch(p).floats; }

void rnn(const Rnn& p, const RnnArrays& arrays) { Sequence(p, arrays).run(); }

}  // namespace keras::kernels
