#include "models/diff/call_match.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

namespace keras {
namespace {

constexpr int kNone = -1;

// The input tensors of a call, as numbers of operation, call and output in `b`.
using Inputs = std::vector<int>;

void append(Inputs& inputs, const ModelCalls::Source& source) {
  inputs.insert(inputs.end(), {source.operation, source.call, source.output});
}

class CallMatcher {
 public:
  CallMatcher(const ModelCalls& a, const ModelCalls& b, const std::vector<int>& matches)
      : a_(a), b_(b), matches_(matches), remaining_(static_cast<size_t>(b.size())) {
    for (int i = 0; i < a.size(); ++i) {
      std::vector<int>& calls = found_.emplace_back(a.calls(i).size(), kNone);
      if (!is_shared(i)) std::iota(calls.begin(), calls.end(), 0);
    }
  }

  std::vector<std::vector<int>> run() {
    for (const auto& [operation, call] : a_.run_order()) {
      if (is_shared(operation)) at(operation, call) = same_call(operation, call);
    }
    for (int i = 0; i < a_.size(); ++i) {
      if (is_shared(i)) match_in_order(i);
    }
    return std::move(found_);
  }

 private:
  // Shared layers: in both models, with as many calls.
  bool is_shared(int operation) const {
    const int match = matches_[static_cast<size_t>(operation)];
    const size_t count = a_.calls(operation).size();
    return match >= 0 && count > 1 && b_.calls(match).size() == count;
  }
  int& at(int operation, int call) {
    return found_[static_cast<size_t>(operation)][static_cast<size_t>(call)];
  }

  // The first remaining call of the match that takes the same tensors.
  int same_call(int operation, int call) {
    Inputs inputs;
    for (const auto& source : a_.calls(operation)[static_cast<size_t>(call)]) {
      const int match = matches_[static_cast<size_t>(source.operation)];
      append(inputs, {match, at(source.operation, source.call), source.output});
    }
    auto& calls = remaining_calls(matches_[static_cast<size_t>(operation)]);
    const auto same = calls.lower_bound(inputs);
    if (same == calls.end() || same->first != inputs) return kNone;
    const int found = same->second;
    calls.erase(same);
    return found;
  }

  std::multimap<Inputs, int>& remaining_calls(int match) {
    auto& remaining = remaining_[static_cast<size_t>(match)];
    if (remaining) return *remaining;
    auto& calls = remaining.emplace();
    int number = 0;
    for (const ModelCalls::Call& call : b_.calls(match)) {
      Inputs inputs;
      for (const auto& source : call) append(inputs, source);
      calls.emplace(std::move(inputs), number++);
    }
    return calls;
  }

  void match_in_order(int operation) {
    std::vector<int>& calls = found_[static_cast<size_t>(operation)];
    std::vector<char> taken(calls.size(), false);
    for (const int call : calls) {
      if (call != kNone) taken[static_cast<size_t>(call)] = true;
    }
    auto next = taken.begin();
    for (int& call : calls) {
      if (call != kNone) continue;
      next = std::find(next, taken.end(), false);
      call = static_cast<int>(next++ - taken.begin());
    }
  }

  const ModelCalls& a_;
  const ModelCalls& b_;
  const std::vector<int>& matches_;
  std::vector<std::vector<int>> found_;
  std::vector<std::optional<std::multimap<Inputs, int>>> remaining_;  // of the operations of b
};

}  // namespace

std::vector<std::vector<int>> match_calls(const ModelCalls& a, const ModelCalls& b,
                                          const std::vector<int>& matches) {
  return CallMatcher(a, b, matches).run();
}

}  // namespace keras
