// Approximate quantiles of numbers that come in batches (the functions of
// keras/src/layers/preprocessing/discretization.py).
#pragma once

#include <cstdint>
#include <vector>

namespace keras {

// Values in ascending order, and how many numbers each stands for.
struct QuantileSummary {
  std::vector<float> values, weights;
};

// The summary of about 1 / epsilon of the numbers.
QuantileSummary summarized(std::vector<float> numbers, double epsilon);
// Both summaries, compressed to an error of at most epsilon.
QuantileSummary merged(const QuantileSummary& a, const QuantileSummary& b, double epsilon);
// The inner boundaries of `bins` bins with equally many numbers.
std::vector<float> bin_boundaries(const QuantileSummary& summary, int64_t bins);

}  // namespace keras
