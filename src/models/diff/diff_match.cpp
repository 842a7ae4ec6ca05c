#include "models/diff/diff_match.h"

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "base/error.h"
#include "base/function_ref.h"
#include "json/write.h"

namespace keras {
namespace {

using MatchKey = std::optional<std::string>;

class Matcher {
 public:
  Matcher(const ModelCalls& a, const ModelCalls& b)
      : a_(a),
        b_(b),
        matches_(static_cast<size_t>(a.size()), -1),
        taken_(static_cast<size_t>(b.size())) {}

  std::vector<int> run() {
    const auto name = [](const ModelCalls& model) {
      return [&model](int i) -> MatchKey { return model.operation(i)->name(); };
    };
    match_by(name(a_), name(b_));
    if (!any_left()) return std::move(matches_);
    const auto both = [](MatchKey left, const MatchKey& right) -> MatchKey {
      return left && right ? MatchKey(*left + '\n' + *right) : std::nullopt;
    };
    const std::vector<MatchKey> keys_a =
        config_keys(a_, [this](int i) { return matches_[static_cast<size_t>(i)] >= 0; });
    const std::vector<MatchKey> keys_b =
        config_keys(b_, [this](int i) { return bool(taken_[static_cast<size_t>(i)]); });
    const auto key_a = [&](int i) { return keys_a[static_cast<size_t>(i)]; };
    const auto key_b = [&](int i) { return keys_b[static_cast<size_t>(i)]; };
    const auto class_of = [](const ModelCalls& model, int i) -> MatchKey {
      return std::string(model.operation(i)->class_info().class_name);
    };
    match_by([&](int i) { return both(key_a(i), wiring_of_a(i)); },
             [&](int i) { return both(key_b(i), wiring_of_b(i)); });
    match_by(key_a, key_b);
    match_by([&](int i) { return both(class_of(a_, i), wiring_of_a(i)); },
             [&](int i) { return both(class_of(b_, i), wiring_of_b(i)); });
    return std::move(matches_);
  }

 private:
  // Whether both sides have unmatched operations.
  bool any_left() const {
    return std::ranges::find(matches_, -1) != matches_.end() &&
           std::ranges::find(taken_, false) != taken_.end();
  }

  using KeyOf = FunctionRef<MatchKey(int)>;

  // Matches each unmatched operation of a with the first unmatched one of b that has the same key.
  void match_by(const KeyOf& key_of_a, const KeyOf& key_of_b) {
    std::unordered_map<std::string, std::vector<int>> free;  // in descending order
    for (int i = b_.size() - 1; i >= 0; --i) {
      if (taken_[static_cast<size_t>(i)]) continue;
      if (MatchKey key = key_of_b(i)) free[std::move(*key)].push_back(i);
    }
    if (free.empty()) return;
    for (int i = 0; i < a_.size(); ++i) {
      int& match = matches_[static_cast<size_t>(i)];
      if (match >= 0) continue;
      const MatchKey key = key_of_a(i);
      const auto found = key ? free.find(*key) : free.end();
      if (found == free.end() || found->second.empty()) continue;
      match = found->second.back();
      found->second.pop_back();
      taken_[static_cast<size_t>(match)] = true;
    }
  }

  // Class and config of unmatched operations.
  static std::vector<MatchKey> config_keys(const ModelCalls& model,
                                           FunctionRef<bool(int)> is_matched) {
    std::vector<MatchKey> keys(static_cast<size_t>(model.size()));
    for (int i = 0; i < model.size(); ++i) {
      if (is_matched(i)) continue;
      const Operation& operation = *model.operation(i);
      std::string key(operation.class_info().class_name);
      if (const auto* nested = dynamic_cast<const Model*>(&operation)) {
        key += std::to_string(nested->layers().size());
      } else if (const auto config = config_without_name(operation)) {
        key += json::write(*config);
      }
      keys[static_cast<size_t>(i)] = std::move(key);
    }
    return keys;
  }

  // The inputs of the calls in terms of b's indices; nothing while one of them is unmatched.
  MatchKey wiring_of_a(int i) const {
    return wiring(a_, i, [this](int source) { return matches_[static_cast<size_t>(source)]; });
  }
  MatchKey wiring_of_b(int i) const {
    return wiring(b_, i, [](int source) { return source; });
  }

  static MatchKey wiring(const ModelCalls& model, int i, FunctionRef<int(int)> index_in_b) {
    std::string key;
    for (const ModelCalls::Call& call : model.calls(i)) {
      for (const ModelCalls::Source& source : call) {
        const int index = index_in_b(source.operation);
        if (index < 0) return std::nullopt;
        key += std::to_string(index) + '@' + std::to_string(source.call) + ':' +
               std::to_string(source.output) + ' ';
      }
      key += '|';
    }
    return key;
  }

  const ModelCalls& a_;
  const ModelCalls& b_;
  std::vector<int> matches_;
  std::vector<bool> taken_;
};

}  // namespace

std::vector<int> match_operations(const ModelCalls& a, const ModelCalls& b) {
  return Matcher(a, b).run();
}

std::optional<json::Object> config_without_name(const Operation& operation) {
  try {
    json::Object config = operation.get_config();
    config.erase("name");
    return config;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kNotImplementedError) throw;
    return std::nullopt;
  }
}

}  // namespace keras
