#include "kernels/pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "testing/naive_kernels.h"

namespace keras::kernels {
namespace {

using testing::Floats;
using testing::random_floats;

Floats naive_pool(Pool kind, const Window& w, int64_t batch, int64_t channels, const Floats& x) {
  const int64_t pixels = Window::count(w.input), places = Window::count(w.output);
  const double start = kind == Pool::kMax ? -std::numeric_limits<double>::infinity() : 0.0;
  std::vector<double> results(static_cast<size_t>(batch * places * channels), start);
  std::vector<double> counts(results.size());
  for (int64_t image = 0; image < batch; ++image) {
    testing::for_each_tap(w, [&](int64_t out, int64_t, int64_t in) {
      for (int64_t c = 0; c < channels; ++c) {
        const size_t at = static_cast<size_t>((image * places + out) * channels + c);
        const double value = x[static_cast<size_t>((image * pixels + in) * channels + c)];
        results[at] = kind == Pool::kMax ? std::max(results[at], value) : results[at] + value;
        counts[at] += 1;
      }
    });
  }
  for (size_t i = 0; kind == Pool::kAverage && i < results.size(); ++i) results[i] /= counts[i];
  return Floats(results.begin(), results.end());
}

TEST(Pool, MatchesTheDefinition) {
  for (int64_t channels : {1, 2, 3, 4, 5, 15, 16, 17, 21}) {
    for (int64_t size : {1, 2, 3}) {
      for (int64_t stride : {1, 2, 3}) {
        for (int64_t pad : {0, 1}) {
          if (pad >= size) continue;
          Window w;
          w.input = {3, 7, 8};
          w.kernel = {size, size, size};
          w.stride = {1, stride, stride};
          w.pad_begin = {pad, pad, pad};
          for (int axis = 0; axis < 3; ++axis)
            w.output[axis] = (w.input[axis] + 2 * pad - size) / w.stride[axis] + 1;
          const Floats x = random_floats(2 * 3 * 7 * 8 * channels, 1);
          for (Pool kind : {Pool::kMax, Pool::kAverage}) {
            Floats y(static_cast<size_t>(2 * Window::count(w.output) * channels));
            pool(kind, w, 2, channels, x.data(), y.data());
            ASSERT_LT(testing::relative_error(y, naive_pool(kind, w, 2, channels, x)),
                      kind == Pool::kMax ? 1e-30 : 4e-7)
                << channels << " channels, size " << size << ", stride " << stride << ", padding "
                << pad;
          }
        }
      }
    }
  }
}

TEST(Pool, KeepsNan) {
  Window w;
  w.input = {1, 1, 4};
  w.kernel = {1, 1, 2};
  w.stride = {1, 1, 2};
  w.output = {1, 1, 2};
  const Floats x{1.f, NAN, 2.f, 3.f};
  Floats y(2);
  pool(Pool::kMax, w, 1, 1, x.data(), y.data());
  EXPECT_TRUE(std::isnan(y[0]));
  EXPECT_EQ(y[1], 3.f);
}

}  // namespace
}  // namespace keras::kernels
