#include "bindings/codec/json_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "json/parse.h"
#include "json/write.h"

namespace keras::bindings {
namespace {

constexpr char kMark = '\x01';
constexpr int kWholeFloat = 0;
constexpr int kMinusZero = 4;
constexpr std::array<double, 4> kValues = {0, std::numeric_limits<double>::quiet_NaN(),
                                           std::numeric_limits<double>::infinity(),
                                           -std::numeric_limits<double>::infinity()};

// -1 for numbers that JavaScript tells apart.
int kind_of(double number) {
  if (std::isnan(number)) return 1;
  if (std::isinf(number)) return number > 0 ? 2 : 3;
  if (number == 0 && std::signbit(number)) return kMinusZero;
  return std::trunc(number) == number ? kWholeFloat : -1;
}

// Null when all numbers inside are plain.
json::Value numbers_of(const json::Value& value) {
  if (value.is_opaque()) return numbers_of(value.as_opaque().as_json());
  if (value.is_double()) {
    const int kind = kind_of(value.as_double());
    return kind < 0 ? json::Value() : json::Value(kind);
  }
  json::Object found;
  if (value.is_array()) {
    int64_t index = 0;
    for (const json::Value& item : value.as_array()) {
      json::Value inner = numbers_of(item);
      if (!inner.is_null()) found.append(std::to_string(index), std::move(inner));
      ++index;
    }
  } else if (value.is_object()) {
    for (const auto& [key, item] : value.as_object()) {
      json::Value inner = numbers_of(item);
      if (!inner.is_null()) found.append(key, std::move(inner));
    }
  }
  return found.empty() ? json::Value() : json::Value(std::move(found));
}

json::Value number_of(const json::Value& number, const json::Value& written) {
  if (number.is_string()) {
    int64_t integer = 0;
    const std::string& digits = number.as_string();
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), integer);
    if (end.ec == std::errc()) return integer;
    return std::stod(digits);  // more than 64 bits
  }
  const int64_t kind = number.as_int();
  if (kind == kWholeFloat) return written.as_double();
  if (kind == kMinusZero) return -0.0;
  return kValues.at(static_cast<size_t>(kind));
}

void restore(json::Value& value, const json::Value& numbers) {
  if (!numbers.is_object()) {
    value = number_of(numbers, value);
    return;
  }
  for (const auto& [key, inner] : numbers.as_object()) {
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

JsonText write_json(const json::Value& value) {
  json::CompactText written = json::write_compact(value);
  JsonText out{std::move(written.text), written.has_tag_key, written.has_opaque};
  if (written.special) {
    out.text = kMark + out.text + kMark + json::write_compact(numbers_of(value)).text;
  }
  return out;
}

json::Value read_json(std::string_view text) {
  if (!text.starts_with(kMark)) return json::parse(text);
  const size_t end = text.find(kMark, 1);
  json::Value value = json::parse(text.substr(1, end - 1));
  restore(value, json::parse(text.substr(end + 1)));
  return value;
}

}  // namespace keras::bindings
