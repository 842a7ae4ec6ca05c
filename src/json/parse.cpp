#include "json/parse.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <new>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/error.h"

namespace keras::json {
namespace {

namespace ondemand = simdjson::ondemand;

// Python writes NaN and Infinity, which JSON lacks: they pass through the parser as these strings.
// A control character cannot appear unescaped in a JSON string.
constexpr std::string_view kNaN = "\"\\u0001NaN\"";
constexpr std::string_view kInfinity = "\"\\u0001Infinity\"";
constexpr std::string_view kMinusInfinity = "\"\\u0001-Infinity\"";

std::string quote_special_numbers(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 64);
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      out += c;
      if (c == '\\' && i + 1 < text.size()) out += text[++i];
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
      out += c;
    } else if (text.substr(i, 3) == "NaN") {
      out += kNaN;
      i += 2;
    } else if (text.substr(i, 9) == "-Infinity") {
      out += kMinusInfinity;
      i += 8;
    } else if (text.substr(i, 8) == "Infinity") {
      out += kInfinity;
      i += 7;
    } else {
      out += c;
    }
  }
  return out;
}

Value text_value(std::string_view text) {
  if (!text.empty() && text.front() == '\x01') {
    constexpr double kInf = std::numeric_limits<double>::infinity();
    if (text == "\x01NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "\x01Infinity") return kInf;
    if (text == "\x01-Infinity") return -kInf;
  }
  return text;
}

// Builds the values of one text. Numbers are parsed here: simdjson's tables for them are as large,
// compressed, as all of its other code.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Value read() {
    const bool special = text_.find("NaN") != text_.npos || text_.find("Infinity") != text_.npos;
    const simdjson::padded_string padded =
        special ? simdjson::padded_string(quote_special_numbers(text_))
                : simdjson::padded_string(text_);
    if (padded.data() == nullptr) throw std::bad_alloc();
    ondemand::parser parser;
    ondemand::document document;
    check(parser.iterate(padded).get(document));
    if (checked<ondemand::json_type>(document.type()) == ondemand::json_type::number) {
      const char* token = checked<std::string_view>(document.raw_json_token()).data();
      return number({token, static_cast<size_t>(padded.data() + padded.size() - token)});
    }
    const bool is_scalar = checked<bool>(document.is_scalar());
    Value value = is_scalar ? convert(document, 0) : convert(root_of(document), 0);
    if (!document.at_end()) refuse(simdjson::TRAILING_CONTENT);
    return value;
  }

 private:
  ondemand::value root_of(ondemand::document& document) const {
    return checked<ondemand::value>(document.get_value());
  }

  // A scalar document is not a value.
  template <class Source>
  Value convert(Source&& source, int depth) {
    using ondemand::json_type;
    switch (checked<json_type>(source.type())) {
      case json_type::null:
        if (!source.is_null().value_unsafe()) refuse(simdjson::N_ATOM_ERROR);
        return nullptr;
      case json_type::boolean:
        return boolean(source);
      case json_type::number:
        return number(checked<std::string_view>(source.raw_json_token()));
      case json_type::string:
        return text_value(checked<std::string_view>(source.get_string()));
      case json_type::array:
        return array(checked<ondemand::array>(source.get_array()), depth + 1);
      case json_type::object:
        return object(checked<ondemand::object>(source.get_object()), depth + 1);
      default:
        refuse(simdjson::TAPE_ERROR);
    }
  }

  template <class Source>
  Value boolean(Source& source) const {
    const bool starts_true = checked<std::string_view>(source.raw_json_token()).starts_with('t');
    bool value = false;
    if (!source.get_bool().get(value)) return value;
    refuse(starts_true ? simdjson::T_ATOM_ERROR : simdjson::F_ATOM_ERROR);
  }

  // Items and members are collected in lists that all levels share, so that each container is
  // allocated once, with the size it has.
  Value array(ondemand::array items, int depth) {
    limit(depth);
    const size_t first = items_.size();
    for (auto item : items) {
      Value value = convert(checked<ondemand::value>(item), depth);
      items_.push_back(std::move(value));
    }
    const auto begin = items_.begin() + static_cast<std::ptrdiff_t>(first);
    Array array(std::make_move_iterator(begin), std::make_move_iterator(items_.end()));
    items_.erase(begin, items_.end());
    return array;
  }

  Object object(ondemand::object members, int depth) {
    limit(depth);
    const size_t first = members_.size();
    // As in Python, the last of equal keys wins, at the position of the first. A linear search per
    // key would be quadratic, and files may hold dicts of any size.
    constexpr size_t kFew = 32;
    std::unordered_map<std::string, size_t> positions;
    uint64_t marks = 0;  // of the keys so far: a new mark is a new key
    for (auto member : members) {
      ondemand::field field = checked<ondemand::field>(member);
      const std::string_view key = checked<std::string_view>(field.unescaped_key());
      Value item = convert(field.value(), depth);
      const size_t count = members_.size() - first;
      const uint64_t mark = mark_of(key);
      size_t position = count;
      if (count < kFew) {
        if ((marks & mark) != 0) position = position_of(key, first);
        marks |= mark;
      } else {
        for (size_t i = positions.size(); i < count; ++i) {
          positions.emplace(members_[first + i].first, i);
        }
        const auto found = positions.find(std::string(key));
        if (found != positions.end()) position = found->second;
      }
      if (position == count) {
        members_.emplace_back(std::string(key), std::move(item));
      } else {
        members_[first + position].second = std::move(item);
      }
    }
    Object object;
    object.reserve(members_.size() - first);
    for (size_t i = first; i < members_.size(); ++i) {
      object.append(std::move(members_[i].first), std::move(members_[i].second));
    }
    members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(first), members_.end());
    return object;
  }

  // One of 64 bits, by the length and the last character.
  static uint64_t mark_of(std::string_view key) {
    const unsigned last = key.empty() ? 0 : static_cast<unsigned char>(key.back());
    return uint64_t{1} << ((key.size() * 7 + last) % 64);
  }

  // The position of the key among the members from `first` on; their number when it is new.
  size_t position_of(std::string_view key, size_t first) const {
    const auto begin = members_.begin() + static_cast<std::ptrdiff_t>(first);
    const auto found = std::find_if(begin, members_.end(),
                                    [&](const Object::Member& m) { return m.first == key; });
    return static_cast<size_t>(found - begin);
  }

  // A token starts at the number and may go on to the next one.
  Value number(std::string_view token) const {
    const size_t whole = digits(token, token.starts_with('-') ? 1 : 0);
    const std::string_view integer = token.substr(0, whole);
    const size_t first_digit = integer.starts_with('-') ? 1 : 0;
    if (whole == first_digit || (whole > first_digit + 1 && token[first_digit] == '0')) {
      refuse(simdjson::NUMBER_ERROR);
    }
    size_t end = whole;
    if (token.substr(end).starts_with('.')) end = some_digits(token, end + 1);
    if (token.substr(end).starts_with('e') || token.substr(end).starts_with('E')) {
      const bool has_sign = token.substr(end + 1).find_first_of("+-") == 0;
      end = some_digits(token, end + (has_sign ? 2 : 1));
    }
    if (token.find_first_not_of(" \t\r\n", end) != token.npos) refuse(simdjson::NUMBER_ERROR);
    if (end == whole) return integer_value(integer);
    if (const auto value = short_decimal(token.substr(0, end))) return *value;
    return double_value(token.data());
  }

  Value integer_value(std::string_view text) const {
    const auto parse_as = [&](auto value) -> std::optional<decltype(value)> {
      const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
      if (result.ec != std::errc()) return std::nullopt;
      return value;
    };
    if (const auto value = parse_as(int64_t{0})) return *value;
    if (const auto value = parse_as(uint64_t{0})) return static_cast<double>(*value);
    refuse(simdjson::BIGINT_ERROR);
  }

  // The double nearest to a decimal whose digits and power of ten are exact doubles: their product
  // or quotient (Clinger 1990). In WebAssembly strtod computes with 128-bit floats
  // in software.
  static std::optional<double> short_decimal(std::string_view text) {
    constexpr std::array<double, 23> kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    constexpr int kMostDigits = std::numeric_limits<double>::digits10;  // of an exact integer
    int64_t digits = 0;
    int count = 0, exponent = 0;
    const bool is_negative = text.front() == '-';
    size_t at = is_negative ? 1 : 0;
    bool is_fraction = false;
    for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
      if (text[at] == '.') {
        is_fraction = true;
        continue;
      }
      digits = digits * 10 + (text[at] - '0');
      if (digits > 0 && ++count > kMostDigits) return std::nullopt;
      if (is_fraction) --exponent;
    }
    if (at < text.size()) {
      const char* first = text.data() + at + (text[at + 1] == '+' ? 2 : 1);
      int written = 0;
      const auto end = std::from_chars(first, text.data() + text.size(), written);
      if (end.ec != std::errc() || written < -1000 || written > 1000) return std::nullopt;
      exponent += written;
    }
    if (exponent < -22 || exponent > 22) return std::nullopt;
    const auto magnitude = static_cast<double>(digits);
    const double value = exponent < 0 ? magnitude / kPowers[static_cast<size_t>(-exponent)]
                                      : magnitude * kPowers[static_cast<size_t>(exponent)];
    return is_negative ? -value : value;
  }

  Value double_value(const char* text) const {
    const double value = std::strtod(text, nullptr);
    if (std::isinf(value)) refuse(simdjson::NUMBER_ERROR);
    return value;
  }

  // Where the digits from `at` on end.
  static size_t digits(std::string_view token, size_t at) {
    return std::min(token.find_first_not_of("0123456789", at), token.size());
  }
  size_t some_digits(std::string_view token, size_t at) const {
    const size_t end = digits(token, at);
    if (end <= at) refuse(simdjson::NUMBER_ERROR);
    return end;
  }

  void limit(int depth) const {
    if (depth <= kMaxDepth) return;
    throw Error(ErrorKind::kJSONDecodeError,
                "JSON is nested more deeply than " + std::to_string(kMaxDepth) +
                    " levels (Python's json raises RecursionError at about 1000)");
  }

  template <class T>
  T checked(simdjson::simdjson_result<T> result) const {
    T value;
    check(std::move(result).get(value));
    return value;
  }
  void check(simdjson::error_code error) const {
    if (error) refuse(error);
  }
  [[noreturn]] void refuse(simdjson::error_code error) const {
    if (error == simdjson::MEMALLOC) throw std::bad_alloc();
    throw Error(ErrorKind::kJSONDecodeError, std::string("Not valid JSON (") +
                                                 std::to_string(text_.size()) +
                                                 " bytes): " + simdjson::error_message(error));
  }

  std::string_view text_;
  Array items_;
  std::vector<Object::Member> members_;
};

}  // namespace

Value parse(std::string_view text) { return Reader(text).read(); }

}  // namespace keras::json
