#include "testing/fixtures.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "json/parse.h"
#include "json/write.h"

namespace keras::testing {

std::string read_text(const std::string& fixture) {
  std::ifstream file(std::string(KERAS_FIXTURES) + "/" + fixture);
  if (!file) throw std::runtime_error("No fixture " + fixture);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

json::Value read_json(const std::string& fixture) { return json::parse(read_text(fixture)); }

std::string difference(const json::Value& actual, const json::Value& expected,
                       const std::string& path) {
  const auto both = [&] {
    return path + ": " + json::write(actual).substr(0, 300) + " instead of " +
           json::write(expected).substr(0, 300);
  };
  if (actual.is_object() && expected.is_object()) {
    auto a = actual.as_object().begin();
    auto b = expected.as_object().begin();
    for (; a != actual.as_object().end() && b != expected.as_object().end(); ++a, ++b) {
      if (a->first != b->first) return path + ": key " + a->first + " instead of " + b->first;
      if (auto found = difference(a->second, b->second, path + "." + a->first); !found.empty())
        return found;
    }
    return actual.as_object().size() == expected.as_object().size() ? "" : both();
  }
  if (actual.is_array() && expected.is_array()) {
    const auto& a = actual.as_array();
    const auto& b = expected.as_array();
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
      auto found = difference(a[i], b[i], path + "[" + std::to_string(i) + "]");
      if (!found.empty()) return found;
    }
    return a.size() == b.size() ? "" : both();
  }
  return actual == expected ? "" : both();
}

}  // namespace keras::testing
