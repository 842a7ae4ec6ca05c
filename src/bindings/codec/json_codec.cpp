#include "bindings/codec/json_codec.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "json/parse.h"
#include "json/write.h"

namespace keras::bindings {
namespace {

constexpr char kMark = '\x01';
// The kinds of web/boundary/json.ts.
constexpr int kWholeFloat = 0;
constexpr int kMinusZero = 4;
constexpr char kFunctionMark = '@';
constexpr std::array<double, 4> kValues = {0, std::numeric_limits<double>::quiet_NaN(),
                                           std::numeric_limits<double>::infinity(),
                                           -std::numeric_limits<double>::infinity()};

// The kind of a number that JavaScript would not tell from another; -1 for all others.
int kind_of(double number) {
  if (std::isnan(number)) return 1;
  if (std::isinf(number)) return number > 0 ? 2 : 3;
  if (number == 0 && std::signbit(number)) return kMinusZero;
  return std::trunc(number) == number ? kWholeFloat : -1;
}

// Null when there is nothing special inside.
json::Value specials_of(const json::Value& value) {
  if (value.is_double()) {
    const int kind = kind_of(value.as_double());
    return kind < 0 ? json::Value() : json::Value(kind);
  }
  json::Object found;
  if (value.is_array()) {
    int64_t index = 0;
    for (const json::Value& item : value.as_array()) {
      json::Value inner = specials_of(item);
      if (!inner.is_null()) found.append(std::to_string(index), std::move(inner));
      ++index;
    }
  } else if (value.is_object()) {
    for (const auto& [key, item] : value.as_object()) {
      json::Value inner = specials_of(item);
      if (!inner.is_null()) found.append(key, std::move(inner));
    }
  }
  return found.empty() ? json::Value() : json::Value(std::move(found));
}

json::Value special_value(const json::Value& special, const json::Value& written) {
  if (special.is_string()) {
    int64_t number = 0;
    const std::string& digits = special.as_string();
    if (digits.starts_with(kFunctionMark)) return std::string(kFunctionPrefix) + digits.substr(1);
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (end.ec == std::errc()) return number;
    return std::stod(digits);  // more than 64 bits
  }
  const int64_t kind = special.as_int();
  if (kind == kWholeFloat) return written.as_double();
  if (kind == kMinusZero) return -0.0;
  return kValues.at(static_cast<size_t>(kind));
}

void restore(json::Value& value, const json::Value& special) {
  if (!special.is_object()) {
    value = special_value(special, value);
    return;
  }
  for (const auto& [key, inner] : special.as_object()) {
    if (value.is_array()) {
      size_t index = 0;
      std::from_chars(key.data(), key.data() + key.size(), index);
      restore(value.as_array().at(index), inner);
    } else {
      restore(*value.as_object().find(key), inner);
    }
  }
}

}  // namespace

std::string to_js(const json::Value& value) {
  json::CompactText written = json::write_compact(value);
  if (!written.special) return std::move(written.text);
  return kMark + written.text + kMark + json::write_compact(specials_of(value)).text;
}

json::Value from_js(std::string_view text) {
  if (!text.starts_with(kMark)) return json::parse(text);
  const size_t end = text.find(kMark, 1);
  json::Value value = json::parse(text.substr(1, end - 1));
  restore(value, json::parse(text.substr(end + 1)));
  return value;
}

bool has_functions(std::string_view text) {
  if (!text.starts_with(kMark)) return false;
  const std::string_view specials = text.substr(text.find(kMark, 1) + 1);
  return specials.find(std::string{':', '"', kFunctionMark}) != specials.npos;
}

}  // namespace keras::bindings
