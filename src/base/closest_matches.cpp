#include "base/closest_matches.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>

#include "base/lists.h"
#include "base/sort.h"

namespace keras {
namespace {

constexpr size_t kMaxNames = 3;
// Comparing costs the product of both lengths, and names come from untrusted files.
constexpr size_t kLongest = 100;
constexpr size_t kMaxCompared = 10'000;

// Levenshtein distance, ignoring case.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < b.size(); ++j) {
      const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
      const size_t replaced = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({replaced, row[j] + 1, row[j + 1] + 1}));
    }
  }
  return row.back();
}

}  // namespace

std::vector<std::string> closest_matches(std::string_view wanted,
                                         const std::vector<std::string>& names) {
  std::vector<std::pair<size_t, const std::string*>> near;
  size_t compared = 0;
  for (const std::string& name : names) {
    const size_t longest = std::max(wanted.size(), name.size());
    const size_t difference = longest - std::min(wanted.size(), name.size());
    const size_t allowed = longest / 3;
    if (difference > allowed || longest > kLongest) continue;
    if (++compared > kMaxCompared) break;
    if (const size_t distance = edit_distance(wanted, name); distance <= allowed) {
      near.emplace_back(distance, &name);
    }
  }
  sort_stably(near, [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> out;
  for (const auto& [distance, name] : near) {
    if (out.size() < kMaxNames) out.push_back(*name);
  }
  return out;
}

std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& names) {
  const std::vector<std::string> near = closest_matches(wanted, names);
  if (near.empty()) return {};
  return " Did you mean " + quoted_list(near, " or ", " or ") + "?";
}

}  // namespace keras
