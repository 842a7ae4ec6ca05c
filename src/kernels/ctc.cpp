#include "kernels/ctc.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace keras::kernels {
namespace {

// The log of a probability that counts as zero.
constexpr double kLogEpsilon = -1e5;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

double log_add(double a, double b) {
  return std::max(a, b) + std::log1p(std::exp(-std::abs(a - b)));
}

float log_add_or_infinite(float a, float b) {
  const float difference = a - b;
  if (std::isnan(difference)) return a + b;
  return std::max(a, b) + std::log1p(std::exp(-std::abs(difference)));
}

// The log of the softmax of one step.
template <class T>
void log_softmax(const float* logits, int64_t classes, T* out) {
  const T largest = *std::max_element(logits, logits + classes);
  T sum = 0;
  for (int64_t k = 0; k < classes; ++k) sum += std::exp(static_cast<T>(logits[k]) - largest);
  for (int64_t k = 0; k < classes; ++k) {
    out[k] = static_cast<T>(logits[k]) - largest - std::log(sum);
  }
}

// phi[1:] += added, as probabilities.
template <class Added>
void add_to_phi(std::vector<double>& phi, const Added& added) {
  for (size_t n = 0; n + 1 < phi.size(); ++n) phi[n + 1] = log_add(phi[n + 1], added(n));
}

}  // namespace

// The states alternate between emitting a label and the blank (phi) after it.
float ctc_loss(const CtcSequence& sequence, const int32_t* labels, int64_t label_count,
               int64_t label_length) {
  const auto n_labels = static_cast<size_t>(label_count);
  std::vector<double> emit(n_labels, kLogEpsilon), phi(n_labels + 1, kLogEpsilon);
  phi[0] = 0;
  const auto repeats = [&](size_t n) { return n + 1 < n_labels && labels[n] == labels[n + 1]; };
  std::vector<double> log_probs(static_cast<size_t>(sequence.classes));
  const int64_t steps = std::clamp<int64_t>(sequence.length, 0, sequence.steps);
  for (int64_t step = 0; step < steps; ++step) {
    log_softmax(sequence.logits + step * sequence.classes, sequence.classes, log_probs.data());
    const double blank = log_probs[static_cast<size_t>(sequence.mask_index)];
    std::vector<double> from = phi;
    add_to_phi(from, [&](size_t n) { return emit[n] + (repeats(n) ? kLogEpsilon : 0); });
    std::vector<double> next_phi = from;
    for (double& value : next_phi) value += blank;
    add_to_phi(next_phi,
               [&](size_t n) { return emit[n] + blank + (repeats(n) ? 0 : kLogEpsilon); });
    for (size_t n = 0; n < n_labels; ++n) {
      const int64_t label = labels[n];
      const bool known = label >= 0 && label < sequence.classes;
      const double log_prob = known ? log_probs[static_cast<size_t>(label)] : 0;
      emit[n] = log_add(from[n] + log_prob, emit[n] + log_prob);
    }
    phi = std::move(next_phi);
  }
  add_to_phi(phi, [&](size_t n) { return emit[n]; });
  return static_cast<float>(
      -phi[static_cast<size_t>(std::clamp<int64_t>(label_length, 0, label_count))]);
}

float ctc_greedy_decode(const CtcSequence& sequence, bool merge_repeated, int32_t* labels) {
  float score = 0;
  int64_t count = 0, previous = -1;
  for (int64_t step = 0; step < sequence.steps; ++step) {
    int64_t best = sequence.mask_index;
    if (step < sequence.length) {
      const float* logits = sequence.logits + step * sequence.classes;
      best = 0;
      for (int64_t k = 1; k < sequence.classes; ++k) {
        if (std::isnan(logits[best])) break;
        if (logits[k] > logits[best] || std::isnan(logits[k])) best = k;
      }
      score += logits[best];
    }
    const bool repeated = merge_repeated && step > 0 && best == previous;
    if (best != sequence.mask_index && !repeated) labels[count++] = static_cast<int32_t>(best);
    previous = best;
  }
  std::fill(labels + count, labels + sequence.steps, -1);
  return -score;
}

namespace {

// Prefixes of labels with the probability that the last step was a label or the blank. Scores are
// float32 and sorts are stable, so that ties are decided as by JAX.
class BeamSearch {
 public:
  using Path = std::vector<int32_t>;

  BeamSearch(const CtcSequence& sequence, int64_t width)
      : sequence_(sequence),
        width_(static_cast<size_t>(width)),
        blank_(sequence.classes - sequence.mask_index - 1),
        log_probs_(static_cast<size_t>(sequence.classes)) {}

  void run() {
    start();
    for (int64_t step = 1; step < sequence_.steps; ++step) {
      if (step >= sequence_.length) break;
      read_step(step);
      extend();
      prune();
    }
  }

  void best(int64_t count, int32_t* labels, float* scores) {
    std::vector<Path> unique;
    std::vector<size_t> positions;
    make_unique(unique, positions);
    std::vector<float> merged = merged_scores(scores_, positions, scores_.size());
    const std::vector<size_t> order = sorted_order(merged);
    for (int64_t i = 0; i < count; ++i) {
      const size_t from = order[order.size() - 1 - static_cast<size_t>(i)];
      const Path path = from < unique.size() ? unique[from] : Path();
      int32_t* row = labels + i * sequence_.steps;
      std::fill(row, row + sequence_.steps, -1);
      for (size_t n = 0; n < path.size(); ++n) {
        row[n] = static_cast<int32_t>(sequence_.classes) - path[n] - 1;
      }
      scores[i] = merged[from];
    }
  }

 private:
  // Classes in reverse order, which decides ties as TensorFlow does.
  void read_step(int64_t step) {
    log_softmax(sequence_.logits + step * sequence_.classes, sequence_.classes, log_probs_.data());
    std::reverse(log_probs_.begin(), log_probs_.end());
  }

  void start() {
    read_step(0);
    const std::vector<size_t> order = sorted_order(log_probs_);
    const size_t used = std::min(order.size(), width_);
    paths_.assign(2 * width_, {});
    scores_.assign(2 * width_, -kInfinity);
    for (size_t i = 0; i < used; ++i) {
      const size_t label = order[order.size() - used + i];
      if (static_cast<int64_t>(label) != blank_) paths_[i] = {static_cast<int32_t>(label)};
      scores_[i] = log_probs_[label];
    }
    ended_blank_.clear();
    for (const Path& path : paths_) ended_blank_.push_back(path.empty());
  }

  void extend() {
    std::vector<Path> paths;
    std::vector<float> scores;
    std::vector<bool> ended_blank;
    for (size_t i = 0; i < paths_.size(); ++i) {
      for (size_t label = 0; label < log_probs_.size(); ++label) {
        const bool is_blank = static_cast<int64_t>(label) == blank_;
        const bool repeats = !ended_blank_[i] && !paths_[i].empty() &&
                             paths_[i].back() == static_cast<int32_t>(label);
        paths.push_back(paths_[i]);
        if (!is_blank && !repeats) paths.back().push_back(static_cast<int32_t>(label));
        scores.push_back(scores_[i] + log_probs_[label]);
        ended_blank.push_back(is_blank);
      }
    }
    paths_ = std::move(paths);
    scores_ = std::move(scores);
    ended_blank_ = std::move(ended_blank);
  }

  void prune() {
    std::vector<Path> unique;
    std::vector<size_t> positions;
    make_unique(unique, positions);
    std::vector<float> emitted = scores_, blank = scores_;
    for (size_t i = 0; i < scores_.size(); ++i) (ended_blank_[i] ? emitted : blank)[i] = -kInfinity;
    emitted = merged_scores(emitted, positions, scores_.size());
    blank = merged_scores(blank, positions, scores_.size());
    std::vector<float> total;
    for (size_t i = 0; i < emitted.size(); ++i) {
      total.push_back(log_add_or_infinite(emitted[i], blank[i]));
    }
    const std::vector<size_t> order = sorted_order(total);
    paths_.assign(2 * width_, {});
    scores_.assign(2 * width_, -kInfinity);
    ended_blank_.assign(2 * width_, false);
    for (size_t i = 0; i < width_; ++i) {
      const size_t from = order[order.size() - width_ + i];
      if (from < unique.size()) paths_[i] = paths_[width_ + i] = unique[from];
      scores_[i] = emitted[from];
      scores_[width_ + i] = blank[from];
      ended_blank_[width_ + i] = true;
    }
  }

  // The different paths in order, and the position of each path among them.
  void make_unique(std::vector<Path>& unique, std::vector<size_t>& positions) const {
    std::vector<size_t> order(paths_.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return paths_[a] < paths_[b]; });
    positions.resize(paths_.size());
    for (const size_t i : order) {
      if (unique.empty() || unique.back() != paths_[i]) unique.push_back(paths_[i]);
      positions[i] = unique.size() - 1;
    }
  }

  static std::vector<float> merged_scores(const std::vector<float>& scores,
                                          const std::vector<size_t>& positions, size_t count) {
    const float largest = *std::max_element(scores.begin(), scores.end());
    std::vector<float> merged(count, 0.f);
    for (size_t i = 0; i < scores.size(); ++i) {
      merged[positions[i]] += std::exp(scores[i] - largest);
    }
    for (float& value : merged) value = std::log(value) + largest;
    return merged;
  }

  // Indices from the smallest value to the largest, NaN last.
  static std::vector<size_t> sorted_order(const std::vector<float>& values) {
    std::vector<size_t> order(values.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      if (std::isnan(values[a]) || std::isnan(values[b])) {
        return !std::isnan(values[a]) && std::isnan(values[b]);
      }
      return values[a] < values[b];
    });
    return order;
  }

  const CtcSequence& sequence_;
  size_t width_;
  int64_t blank_;  // among the reversed classes
  std::vector<float> log_probs_;
  // Two per prefix: one that ended with a label, one with the blank.
  std::vector<Path> paths_;
  std::vector<float> scores_;
  std::vector<bool> ended_blank_;
};

}  // namespace

void ctc_beam_search_decode(const CtcSequence& sequence, int64_t beam_width, int64_t top_paths,
                            int32_t* labels, float* scores) {
  BeamSearch search(sequence, beam_width);
  search.run();
  search.best(top_paths, labels, scores);
}

}  // namespace keras::kernels
