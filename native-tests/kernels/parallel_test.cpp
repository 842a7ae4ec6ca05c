// Kernels give the same bits for any number of threads.
#include "kernels/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <ostream>

#include "base/error.h"
#include "kernels/attention.h"
#include "kernels/binary.h"
#include "kernels/conv.h"
#include "kernels/depthwise_conv.h"
#include "kernels/gemm.h"
#include "kernels/norm.h"
#include "kernels/pool.h"
#include "kernels/rnn.h"
#include "kernels/softmax.h"
#include "testing/naive_kernels.h"
#include "testing/threads.h"

namespace keras::kernels {
namespace {

using testing::Floats;
using testing::random_floats;
using testing::Threads;

// The result of a kernel on fixed inputs.
struct Case {
  std::string name;
  std::function<Floats()> run;
};
void PrintTo(const Case& test, std::ostream* out) { *out << test.name; }

Floats floats(int64_t n) { return Floats(static_cast<size_t>(n), -1.f); }

// 16-byte aligned.
float* aligned(Floats& memory) {
  return reinterpret_cast<float*>((reinterpret_cast<uintptr_t>(memory.data()) + 15) / 16 * 16);
}

Floats product(int64_t m, int64_t n, int64_t k, Unary activation) {
  const Floats a = random_floats(m * k, 1), b = random_floats(k * n, 2), bias = random_floats(n, 3);
  Floats packed = floats(packed_b_floats(k, n)), c = random_floats(m * n, 4);
  pack_b(b.data(), n, k, n, packed.data());
  gemm(a.data(), k, packed.data(), c.data(), n, m, n, k,
       {.bias = bias.data(), .residual = c.data(), .activation = activation});
  return c;
}

Floats products(int64_t batch, int64_t m, int64_t n, int64_t k, bool transpose) {
  BatchedGemm p;
  p.batch = Dims{batch};
  p.m = m, p.n = n, p.k = k;
  p.a_strides = Dims{m * k}, p.b_strides = Dims{k * n};
  p.transpose_a = p.transpose_b = transpose;
  p.lda = transpose ? m : k, p.ldb = transpose ? k : n;
  const Floats a = random_floats(batch * m * k, 1), b = random_floats(batch * k * n, 2);
  Floats scratch = floats(batched_gemm_scratch_floats(p) + 4), c = floats(batch * m * n);
  batched_gemm(p, a.data(), b.data(), c.data(), aligned(scratch));
  return c;
}

Window window(int64_t size, int64_t kernel, int64_t stride) {
  Window w;
  w.input = {1, size, size};
  w.kernel = {1, kernel, kernel};
  w.stride = {1, stride, stride};
  w.pad_begin = {0, kernel / 2, kernel / 2};
  w.output = {1, (size + stride - 1) / stride, (size + stride - 1) / stride};
  return w;
}

Floats convolution(int64_t size, int64_t kernel, int64_t stride, int64_t in, int64_t out,
                   int64_t groups = 1) {
  Conv p;
  p.window = window(size, kernel, stride);
  p.batch = 2;
  p.in_channels = in, p.out_channels = out, p.groups = groups;
  const Floats x = random_floats(2 * size * size * in, 1), bias = random_floats(out, 2);
  const Floats weights = random_floats(kernel * kernel * in / groups * out, 3);
  Floats packed = floats(conv_packed_floats(p));
  Floats scratch = floats(conv_scratch_floats(p) + 4);
  Floats y = floats(2 * Window::count(p.window.output) * out);
  pack_conv(p, weights.data(), packed.data());
  conv(p, x.data(), packed.data(), y.data(), aligned(scratch),
       {.bias = bias.data(), .activation = Unary::kSilu});
  return y;
}

Floats depthwise(int64_t size, int64_t kernel, int64_t stride, int64_t channels,
                 int64_t multiplier) {
  DepthwiseConv p;
  p.window = window(size, kernel, stride);
  p.batch = 2;
  p.channels = channels, p.multiplier = multiplier;
  const int64_t out = channels * multiplier;
  const Floats x = random_floats(2 * size * size * channels, 1), bias = random_floats(out, 2);
  const Floats weights = random_floats(kernel * kernel * out, 3);
  Floats scratch = floats(depthwise_conv_scratch_floats(p) + 4);
  Floats y = floats(2 * Window::count(p.window.output) * out);
  depthwise_conv(p, x.data(), weights.data(), y.data(), aligned(scratch),
                 {.bias = bias.data(), .activation = Unary::kTanh});
  return y;
}

Floats pooling(Pool kind) {
  const Window w = window(41, 3, 2);
  const Floats x = random_floats(3 * 41 * 41 * 35, 1);
  Floats y = floats(3 * Window::count(w.output) * 35);
  pool(kind, w, 3, 35, x.data(), y.data());
  return y;
}

Floats attention_of(int64_t key_heads) {
  Attention p;
  p.batch = 2, p.heads = 6, p.key_heads = key_heads;
  p.query_length = 50, p.key_length = 61;
  p.key_depth = 24, p.value_depth = 20;
  p.causal = true;
  AttentionArrays arrays;
  const Floats query = random_floats(2 * 50 * 6 * 24, 1);
  const Floats key = random_floats(2 * 61 * key_heads * 24, 2);
  const Floats value = random_floats(2 * 61 * key_heads * 20, 3);
  Floats scratch = floats(attention_scratch_floats(p) + 4), y = floats(2 * 50 * 6 * 20);
  arrays.query = query.data(), arrays.key = key.data(), arrays.value = value.data();
  arrays.y = y.data(), arrays.scratch = aligned(scratch);
  attention(p, arrays);
  return y;
}

Floats recurrent(RnnKind kind) {
  Rnn p;
  p.kind = kind;
  p.batch = 5, p.steps = 40, p.features = 30, p.units = 70;
  p.return_sequences = true;
  const int64_t gates = rnn_gates(kind) * p.units;
  const Floats x = random_floats(p.batch * p.steps * p.features, 1);
  const Floats kernel = random_floats(p.features * gates, 2);
  const Floats own = random_floats(p.units * gates, 3);
  Floats packed = floats(rnn_packed_floats(p) + 4);
  Floats scratch = floats(rnn_scratch_floats(p) + 4), y = floats(p.batch * p.steps * p.units);
  pack_rnn(p, kernel.data(), own.data(), nullptr, aligned(packed));
  RnnArrays arrays;
  arrays.x = x.data(), arrays.packed = aligned(packed);
  arrays.y = y.data(), arrays.scratch = aligned(scratch);
  rnn(p, arrays);
  return y;
}

Floats function(Unary op) {
  const Floats x = random_floats(200'003, 1);
  Floats y = floats(200'003);
  unary(op, x.data(), y.data(), 200'003);
  return y;
}

Floats sum(const Dims& shape, const Dims& left, const Dims& right) {
  Broadcast<2> by;
  by.shape = shape;
  by.strides = {left, right};
  const Floats a = random_floats(shape.count(), 1), b = random_floats(shape.count(), 2);
  Floats y = floats(shape.count());
  binary(Binary::kAdd, a.data(), b.data(), y.data(), by);
  return y;
}

// f(x, y, rows, size)
Floats rows_of(const std::function<void(const float*, float*, int64_t, int64_t)>& f) {
  const Floats x = random_floats(301 * 403, 1);
  Floats y = floats(301 * 403);
  f(x.data(), y.data(), 301, 403);
  return y;
}

// Sizes that divide neither blocks, panels nor lines.
const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {"product", [] { return product(200, 70, 300, Unary::kSigmoid); }},
      {"product of some rows", [] { return product(7, 250, 300, Unary::kRelu); }},
      {"product of one row", [] { return product(1, 1003, 300, Unary::kTanh); }},
      {"product of two rows", [] { return product(2, 1003, 300, Unary::kLinear); }},
      {"product of three rows", [] { return product(3, 1003, 300, Unary::kLinear); }},
      {"stack of products", [] { return products(9, 33, 41, 50, false); }},
      {"stack of transposed products", [] { return products(9, 33, 41, 50, true); }},
      {"one product of activations", [] { return products(1, 100, 103, 105, true); }},
      {"convolution", [] { return convolution(29, 3, 1, 19, 40); }},
      {"convolution of a small image", [] { return convolution(5, 3, 1, 80, 100); }},
      {"convolution of few channels", [] { return convolution(40, 3, 2, 3, 30); }},
      {"convolution of groups", [] { return convolution(9, 3, 1, 60, 60, 3); }},
      {"pointwise convolution", [] { return convolution(20, 1, 1, 50, 60); }},
      {"depthwise, sliding", [] { return depthwise(40, 3, 1, 70, 1); }},
      {"depthwise, groups", [] { return depthwise(40, 5, 2, 70, 1); }},
      {"depthwise, multiplier", [] { return depthwise(30, 3, 1, 30, 2); }},
      {"max pooling", [] { return pooling(Pool::kMax); }},
      {"average pooling", [] { return pooling(Pool::kAverage); }},
      {"attention", [] { return attention_of(6); }},
      {"grouped attention", [] { return attention_of(2); }},
      {"LSTM", [] { return recurrent(RnnKind::kLstm); }},
      {"GRU", [] { return recurrent(RnnKind::kGruResetAfter); }},
      {"ReLU", [] { return function(Unary::kRelu); }},
      {"GELU", [] { return function(Unary::kGelu); }},
      {"sum", [] { return sum({200'003}, {1}, {1}); }},
      {"sum of rows and a row", [] { return sum({403, 301}, {301, 1}, {0, 1}); }},
      {"sum over four axes", [] { return sum({2, 2, 407, 203}, {1, 0, 406, 2}, {0, 0, 203, 1}); }},
      {"layer norm",
       [] { return rows_of([](auto... a) { layer_norm(a..., 1e-3f, nullptr, nullptr); }); }},
      {"RMS norm", [] { return rows_of([](auto... a) { rms_norm(a..., 1e-3f, nullptr); }); }},
      {"softmax", [] { return rows_of([](auto... a) { softmax(a...); }); }},
      {"log softmax", [] { return rows_of([](auto... a) { log_softmax(a...); }); }},
  };
  return all;
}

class Kernels : public ::testing::TestWithParam<Case> {};

TEST_P(Kernels, GiveTheSameBitsOnEveryNumberOfThreads) {
  const Floats alone = GetParam().run();
  for (int count : {2, 3, 5}) {
    const Threads threads(count);
    const int64_t before = jobs_of_pool();
    for (int round = 0; round < 3; ++round) {
      const Floats together = GetParam().run();
      ASSERT_EQ(std::memcmp(alone.data(), together.data(), alone.size() * sizeof(float)), 0)
          << count << " threads";
    }
    ASSERT_GT(jobs_of_pool(), before) << "nothing was shared";
  }
}

INSTANTIATE_TEST_SUITE_P(Parallel, Kernels, ::testing::ValuesIn(cases()),
                         [](const auto& info) { return std::to_string(info.index); });

class Covers : public ::testing::TestWithParam<int> {};

TEST_P(Covers, EveryItemOnce) {
  const Threads threads(GetParam());
  for (int64_t count : {0, 1, 2, 3, 100, 1001}) {
    for (int64_t cost : {int64_t{1}, kPartCost / 7, kPartCost, 5 * kPartCost}) {
      std::vector<std::atomic<int>> seen(static_cast<size_t>(count));
      std::atomic<bool> is_wrong = false;
      parallel_for(count, cost, [&](int64_t begin, int64_t end) {
        const int64_t thread = current_thread();
        if (begin >= end || thread < 0 || thread >= thread_count()) is_wrong = true;
        for (int64_t i = begin; i < end; ++i) ++seen[static_cast<size_t>(i)];
      });
      EXPECT_FALSE(is_wrong);
      for (const auto& times : seen) ASSERT_EQ(times, 1) << count << " of cost " << cost;
    }
  }
}

// Two threads, and more threads than ranges.
INSTANTIATE_TEST_SUITE_P(ParallelFor, Covers, ::testing::Values(2, 4, 19));

TEST(ParallelFor, KeepsSmallWorkOnTheCallingThread) {
  const Threads threads(4);
  const int64_t before = jobs_of_pool();
  parallel_for(100, kPartCost / 100, [](int64_t begin, int64_t end) {
    EXPECT_EQ(begin, 0);
    EXPECT_EQ(end, 100);
  });
  EXPECT_EQ(jobs_of_pool(), before);
}

TEST(ParallelFor, RunsNestedLoopsOnTheirThread) {
  const Threads threads(3);
  std::atomic<int64_t> total = 0;
  parallel_for(50, kPartCost, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      parallel_for(50, kPartCost, [&](int64_t from, int64_t to) { total += to - from; });
  });
  EXPECT_EQ(total, 50 * 50);
}

TEST(ParallelFor, MayBeCalledByTwoThreadsAtOnce) {
  const Threads threads(3);
  std::atomic<int64_t> total = 0;
  const auto call = [&] {
    for (int i = 0; i < 200; ++i)
      parallel_for(20, kPartCost, [&](int64_t begin, int64_t end) { total += end - begin; });
  };
  std::thread other(call);
  call();
  other.join();
  EXPECT_EQ(total, 2 * 200 * 20);
}

TEST(ThreadPool, WakesSleepingThreads) {
  const Threads threads(3);
  for (int i = 0; i < 3; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::atomic<int64_t> parts = 0;
    run_on_pool([](const void* count,
                   int64_t) { ++*static_cast<std::atomic<int64_t>*>(const_cast<void*>(count)); },
                &parts, 100);
    EXPECT_EQ(parts, 100);
  }
}

TEST(ThreadPool, ReleasesSleepingThreads) {
  const Threads threads(3);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

TEST(ThreadPool, ReportsADeadThreadAndContinuesAlone) {
  set_pool_size(2);  // no thread joins
  report_dead_worker();
  int64_t parts = 0;
  const auto count = [&] {
    parallel_for(20, kPartCost, [&](int64_t begin, int64_t end) { parts += end - begin; });
  };
  EXPECT_THROW(count(), Error);
  EXPECT_EQ(pool_size(), 1);
  count();
  EXPECT_EQ(parts, 2 * 20);
  leave_pool();
}

TEST(ThreadPool, EndsAJobWithADeadThreadWhenTheOthersAreDone) {
  set_pool_size(3);
  std::vector<std::thread> workers;
  for (int i = 1; i < 3; ++i) {
    workers.emplace_back([i] {
      try {
        join_pool(i);
      } catch (const Error&) {
        report_dead_worker();
      }
    });
  }
  constexpr int64_t kParts = 12;
  std::atomic<int64_t> done = 0;
  std::atomic<bool> is_dead = false;
  const auto job = [&] {
    parallel_for(kParts, kPartCost, [&](int64_t begin, int64_t end) {
      if (current_thread() != 0 && !is_dead.exchange(true)) throw internal_error("a trap");
      std::this_thread::sleep_for(std::chrono::milliseconds(30));
      done += end - begin;
    });
  };
  EXPECT_THROW(job(), Error);
  EXPECT_TRUE(is_dead);
  EXPECT_EQ(done, kParts - 1);
  for (std::thread& worker : workers) worker.join();
  job();
  EXPECT_EQ(done, 2 * kParts - 1);
  leave_pool();
}

}  // namespace
}  // namespace keras::kernels
