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
  Matcher(const Outline& a, const Outline& b)
      : a_(a),
        b_(b),
        partners_(static_cast<size_t>(a.size()), -1),
        taken_(static_cast<size_t>(b.size())) {}

  std::vector<int> run() {
    const auto name = [](const Outline& outline) {
      return [&outline](int i) -> MatchKey { return outline.operation(i)->name(); };
    };
    pair_by(name(a_), name(b_));
    if (!any_left()) return std::move(partners_);
    const auto both = [](MatchKey left, const MatchKey& right) -> MatchKey {
      return left && right ? MatchKey(*left + '\n' + *right) : std::nullopt;
    };
    const std::vector<MatchKey> likes_a =
        likes(a_, [this](int i) { return partners_[static_cast<size_t>(i)] >= 0; });
    const std::vector<MatchKey> likes_b =
        likes(b_, [this](int i) { return bool(taken_[static_cast<size_t>(i)]); });
    const auto like_a = [&](int i) { return likes_a[static_cast<size_t>(i)]; };
    const auto like_b = [&](int i) { return likes_b[static_cast<size_t>(i)]; };
    const auto class_of = [](const Outline& outline, int i) -> MatchKey {
      return std::string(outline.operation(i)->class_info().class_name);
    };
    pair_by([&](int i) { return both(like_a(i), wiring_of_a(i)); },
            [&](int i) { return both(like_b(i), wiring_of_b(i)); });
    pair_by(like_a, like_b);
    pair_by([&](int i) { return both(class_of(a_, i), wiring_of_a(i)); },
            [&](int i) { return both(class_of(b_, i), wiring_of_b(i)); });
    return std::move(partners_);
  }

 private:
  // Whether both sides have operations without partner.
  bool any_left() const {
    return std::ranges::find(partners_, -1) != partners_.end() &&
           std::ranges::find(taken_, false) != taken_.end();
  }

  using KeyOf = FunctionRef<MatchKey(int)>;

  // Gives each operation of a without partner the first free one of b that has its key.
  void pair_by(const KeyOf& key_of_a, const KeyOf& key_of_b) {
    std::unordered_map<std::string, std::vector<int>> free;  // the first at the end
    for (int i = b_.size() - 1; i >= 0; --i) {
      if (taken_[static_cast<size_t>(i)]) continue;
      if (MatchKey key = key_of_b(i)) free[std::move(*key)].push_back(i);
    }
    if (free.empty()) return;
    for (int i = 0; i < a_.size(); ++i) {
      int& partner = partners_[static_cast<size_t>(i)];
      if (partner >= 0) continue;
      const MatchKey key = key_of_a(i);
      const auto found = key ? free.find(*key) : free.end();
      if (found == free.end() || found->second.empty()) continue;
      partner = found->second.back();
      found->second.pop_back();
      taken_[static_cast<size_t>(partner)] = true;
    }
  }

  // Class and config of those without partner.
  static std::vector<MatchKey> likes(const Outline& outline, FunctionRef<bool(int)> has_partner) {
    std::vector<MatchKey> keys(static_cast<size_t>(outline.size()));
    for (int i = 0; i < outline.size(); ++i) {
      if (has_partner(i)) continue;
      const Operation& operation = *outline.operation(i);
      std::string key(operation.class_info().class_name);
      if (const auto* model = dynamic_cast<const Model*>(&operation)) {
        key += std::to_string(model->layers().size());
      } else if (const auto config = config_without_name(operation)) {
        key += json::write(*config);
      }
      keys[static_cast<size_t>(i)] = std::move(key);
    }
    return keys;
  }

  // What the calls take, written in the indices of b; nothing while one of them has no partner.
  MatchKey wiring_of_a(int i) const {
    return wiring(a_, i, [this](int source) { return partners_[static_cast<size_t>(source)]; });
  }
  MatchKey wiring_of_b(int i) const {
    return wiring(b_, i, [](int source) { return source; });
  }

  static MatchKey wiring(const Outline& outline, int i, FunctionRef<int(int)> index_in_b) {
    std::string key;
    for (const Outline::Call& call : outline.calls(i)) {
      for (const Outline::Source& source : call) {
        const int index = index_in_b(source.operation);
        if (index < 0) return std::nullopt;
        key += std::to_string(index) + '@' + std::to_string(source.call) + ':' +
               std::to_string(source.output) + ' ';
      }
      key += '|';
    }
    return key;
  }

  const Outline& a_;
  const Outline& b_;
  std::vector<int> partners_;
  std::vector<bool> taken_;
};

}  // namespace

std::vector<int> match_operations(const Outline& a, const Outline& b) {
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
