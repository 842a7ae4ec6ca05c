#include "kernels/resize.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/map.h"

namespace keras::kernels {
namespace {

constexpr float kPi = 3.14159265358979f;

float radius(Interpolation kind) {
  switch (kind) {
    case Interpolation::kNearest:
      return 0.f;
    case Interpolation::kBilinear:
      return 1.f;
    case Interpolation::kBicubic:
      return 2.f;
    case Interpolation::kLanczos3:
      return 3.f;
    case Interpolation::kLanczos5:
      return 5.f;
  }
  return 0.f;
}

// The weight of a pixel at distance x >= 0 (jax/_src/image/scale.py).
float weight(Interpolation kind, float x) {
  switch (kind) {
    case Interpolation::kNearest:
      return 0.f;
    case Interpolation::kBilinear:
      return std::max(0.f, 1.f - x);
    case Interpolation::kBicubic:  // Keys' kernel with A = -0.5
      if (x >= 2.f) return 0.f;
      if (x >= 1.f) return ((-0.5f * x + 2.5f) * x - 4.f) * x + 2.f;
      return ((1.5f * x - 2.5f) * x) * x + 1.f;
    case Interpolation::kLanczos3:
    case Interpolation::kLanczos5: {
      const float size = radius(kind);
      if (x > size) return 0.f;
      if (!(x > 1e-3f)) return 1.f;
      return size * std::sin(kPi * x) * std::sin(kPi * x / size) / (kPi * kPi * x * x);
    }
  }
  return 0.f;
}

// One axis of the image: the inputs and weights of each output.
struct Axis {
  int64_t in, out, taps;
  float inverse_scale, kernel_scale;
  Interpolation kind;

  Axis(int64_t in_size, int64_t out_size, const Resize& p)
      : in(in_size), out(out_size), kind(p.interpolation) {
    inverse_scale = static_cast<float>(1.0 / (static_cast<double>(out) / static_cast<double>(in)));
    kernel_scale = p.antialias ? std::max(inverse_scale, 1.f) : 1.f;
    taps = std::min(in, 2 * static_cast<int64_t>(std::ceil(radius(kind) * kernel_scale)) + 2);
  }

  int64_t table_floats() const { return out * (taps + 1); }

  // Returns the first input of an output, and fills in the weights of its `taps` inputs.
  int64_t fill(int64_t position, float* weights) const {
    if (in == out) {  // as JAX, leaves such an axis unchanged
      const int64_t start = std::clamp<int64_t>(position, 0, in - taps);
      std::fill_n(weights, taps, 0.f);
      weights[position - start] = 1.f;
      return start;
    }
    const float center = (static_cast<float>(position) + 0.5f) * inverse_scale - 0.5f;
    const int64_t low = static_cast<int64_t>(std::floor(center - radius(kind) * kernel_scale));
    const int64_t first = std::clamp<int64_t>(low, 0, in - taps);
    float total = 0.f;
    for (int64_t tap = 0; tap < taps; ++tap) {
      weights[tap] =
          weight(kind, std::fabs(center - static_cast<float>(first + tap)) / kernel_scale);
      total += weights[tap];
    }
    const bool outside = !(center >= -0.5f && center <= static_cast<float>(in) - 0.5f);
    const bool vanishes = !(std::fabs(total) > 1000.f * std::numeric_limits<float>::epsilon());
    for (int64_t tap = 0; tap < taps; ++tap)
      weights[tap] = outside || vanishes ? 0.f : weights[tap] / total;
    return first;
  }
};

// y += factor * x, or y = factor * x for the first term.
void add_scaled(const float* x, float factor, float* y, int64_t n, bool first) {
  const Vec scale = splat(factor);
  if (first) {
    map(x, y, n, [&](Vec v) { return scale * v; });
  } else {
    map(x, y, y, n, [&](Vec v, Vec sum) { return madd(scale, v, sum); });
  }
}

// The input of nearest interpolation, computed in float32 as in JAX.
int64_t nearest(int64_t position, int64_t in, int64_t out) {
  const float offset =
      (static_cast<float>(position) + 0.5f) * static_cast<float>(in) / static_cast<float>(out);
  return std::min(static_cast<int64_t>(std::floor(offset)), in - 1);
}

void resize_nearest(const Resize& p, const float* x, float* y) {
  const size_t pixel = static_cast<size_t>(p.channels) * sizeof(float);
  for (int64_t image = 0; image < p.batch; ++image, x += p.in_height * p.in_width * p.channels) {
    for (int64_t row = 0; row < p.out_height; ++row) {
      const float* line = x + nearest(row, p.in_height, p.out_height) * p.in_width * p.channels;
      for (int64_t column = 0; column < p.out_width; ++column, y += p.channels) {
        std::memcpy(y, line + nearest(column, p.in_width, p.out_width) * p.channels, pixel);
      }
    }
  }
}

}  // namespace

int64_t resize_scratch_floats(const Resize& p) {
  if (p.interpolation == Interpolation::kNearest) return 0;
  const Axis rows(p.in_height, p.out_height, p), columns(p.in_width, p.out_width, p);
  return rows.taps + columns.table_floats() + p.in_width * p.channels;
}

void resize(const Resize& p, const float* x, float* y, float* scratch) {
  if (p.batch * p.in_height * p.in_width * p.out_height * p.out_width * p.channels == 0) return;
  if (p.interpolation == Interpolation::kNearest) return resize_nearest(p, x, y);
  const Axis rows(p.in_height, p.out_height, p), columns(p.in_width, p.out_width, p);
  const int64_t line_floats = p.in_width * p.channels;
  float* row_weights = scratch;
  float* table = row_weights + rows.taps;  // per output column: the first input, then the weights
  float* line = table + columns.table_floats();
  for (int64_t column = 0; column < p.out_width; ++column) {
    float* entry = table + column * (columns.taps + 1);
    // Stored as integer bits: floats cannot represent columns above 16 million.
    entry[0] = std::bit_cast<float>(static_cast<int32_t>(columns.fill(column, entry + 1)));
  }
  for (int64_t image = 0; image < p.batch; ++image, x += p.in_height * line_floats) {
    for (int64_t row = 0; row < p.out_height; ++row) {
      const int64_t first = rows.fill(row, row_weights);
      for (int64_t tap = 0; tap < rows.taps; ++tap) {
        if (tap > 0 && row_weights[tap] == 0.f) continue;
        add_scaled(x + (first + tap) * line_floats, row_weights[tap], line, line_floats, tap == 0);
      }
      for (int64_t column = 0; column < p.out_width; ++column, y += p.channels) {
        const float* entry = table + column * (columns.taps + 1);
        const float* pixel = line + std::bit_cast<int32_t>(entry[0]) * p.channels;
        for (int64_t tap = 0; tap < columns.taps; ++tap) {
          if (tap > 0 && entry[1 + tap] == 0.f) continue;
          add_scaled(pixel + tap * p.channels, entry[1 + tap], y, p.channels, tap == 0);
        }
      }
    }
  }
}

void upsample_nearest(const float* x, float* y, int64_t batch, int64_t height, int64_t width,
                      int64_t channels, int64_t height_factor, int64_t width_factor) {
  const size_t pixel = static_cast<size_t>(channels) * sizeof(float);
  const int64_t line_floats = width * width_factor * channels;
  for (int64_t row = 0; row < batch * height; ++row) {
    const float* line = y;
    for (int64_t column = 0; column < width; ++column, x += channels) {
      for (int64_t i = 0; i < width_factor; ++i, y += channels) std::memcpy(y, x, pixel);
    }
    for (int64_t i = 1; i < height_factor; ++i, y += line_floats) {
      std::memcpy(y, line, static_cast<size_t>(line_floats) * sizeof(float));
    }
  }
}

}  // namespace keras::kernels
