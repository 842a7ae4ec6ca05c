#include "layers/preprocessing/quantile_summary.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/sort.h"

namespace keras {
namespace {

// NaNs come last, as in NumPy.
bool is_less(float a, float b) { return std::isnan(b) ? !std::isnan(a) : a < b; }

// As np.interp; `xs` ascend.
double interpolated(double x, const std::vector<double>& xs, const std::vector<double>& ys) {
  const auto above = std::upper_bound(xs.begin(), xs.end(), x);
  if (above == xs.begin()) return ys.front();
  if (above == xs.end()) return ys.back();
  const auto i = static_cast<size_t>(above - xs.begin()) - 1;
  return (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]) * (x - xs[i]) + ys[i];
}

QuantileSummary compressed(const QuantileSummary& summary, double epsilon) {
  if (static_cast<double>(summary.values.size()) * epsilon < 1) return summary;
  // Cumulative weights are float32, as NumPy's cumsum of them.
  std::vector<double> totals, percents;
  float total = 0;
  for (const float weight : summary.weights) totals.push_back(double{total += weight});
  for (const double each : totals) {
    percents.push_back(double{static_cast<float>(each) / total});
  }
  const std::vector<double> values(summary.values.begin(), summary.values.end());
  QuantileSummary out;
  double before = 0;
  const auto steps = static_cast<int64_t>(std::ceil(1 / epsilon));
  for (int64_t i = 0; i < steps; ++i) {
    const double percent = epsilon + static_cast<double>(i) * epsilon;
    const double weight = interpolated(percent, percents, totals);
    out.values.push_back(static_cast<float>(interpolated(percent, percents, values)));
    out.weights.push_back(static_cast<float>(weight - before));
    before = weight;
  }
  return out;
}

}  // namespace

QuantileSummary summarized(std::vector<float> numbers, double epsilon) {
  if (!(epsilon > 0)) {
    raise_value_error({"`epsilon` must be positive. Received: epsilon=", std::to_string(epsilon)});
  }
  std::sort(numbers.begin(), numbers.end(), is_less);
  // Any larger step takes no number at all.
  const double size = static_cast<double>(numbers.size());
  const double step = std::clamp(size * epsilon, 1., size + 1);
  QuantileSummary summary;
  for (size_t i = static_cast<size_t>(step - 1); i < numbers.size();
       i += static_cast<size_t>(step)) {
    summary.values.push_back(numbers[i]);
    summary.weights.push_back(static_cast<float>(step));
  }
  return summary;
}

QuantileSummary merged(const QuantileSummary& a, const QuantileSummary& b, double epsilon) {
  QuantileSummary all = a;
  all.values.insert(all.values.end(), b.values.begin(), b.values.end());
  all.weights.insert(all.weights.end(), b.weights.begin(), b.weights.end());
  std::vector<size_t> order(all.values.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  sort_stably(order, [&](size_t i, size_t j) { return is_less(all.values[i], all.values[j]); });
  QuantileSummary sorted;
  for (const size_t i : order) {
    sorted.values.push_back(all.values[i]);
    sorted.weights.push_back(all.weights[i]);
  }
  return compressed(sorted, epsilon);
}

std::vector<float> bin_boundaries(const QuantileSummary& summary, int64_t bins) {
  std::vector<float> values =
      bins > 0 ? compressed(summary, 1. / static_cast<double>(bins)).values : summary.values;
  if (!values.empty()) values.pop_back();
  return values;
}

}  // namespace keras
