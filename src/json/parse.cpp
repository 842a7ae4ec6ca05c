#include "json/parse.h"

#include <simdjson.h>

#include <limits>
#include <memory>
#include <new>
#include <string>
#include <unordered_map>

#include "base/error.h"

namespace keras::json {
namespace {

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

Value convert(simdjson::dom::element element);

Object convert(const simdjson::dom::object& members) {
  Object object;
  // As in Python, the last of equal keys wins, at the position of the first.
  constexpr size_t kFew = 32;
  object.reserve(members.size());
  if (members.size() <= kFew) {
    for (auto [key, item] : members) object.set(key, convert(item));
    return object;
  }
  // A linear search per key would be quadratic, and files may hold dicts of any size.
  std::unordered_map<std::string_view, size_t> places;
  for (auto [key, item] : members) {
    const auto [place, is_new] = places.emplace(key, object.size());
    if (is_new) {
      object.append(std::string(key), convert(item));
    } else {
      object.begin()[static_cast<std::ptrdiff_t>(place->second)].second = convert(item);
    }
  }
  return object;
}

Value convert(simdjson::dom::element element) {
  using simdjson::dom::element_type;
  switch (element.type()) {
    case element_type::NULL_VALUE:
      return nullptr;
    case element_type::BOOL:
      return element.get_bool().value_unsafe();
    case element_type::INT64:
      return element.get_int64().value_unsafe();
    case element_type::UINT64:
      return static_cast<double>(element.get_uint64().value_unsafe());
    case element_type::DOUBLE:
      return element.get_double().value_unsafe();
    case element_type::STRING:
      return text_value(element.get_string().value_unsafe());
    case element_type::ARRAY: {
      Array array;
      const auto items = element.get_array().value_unsafe();
      array.reserve(items.size());
      for (auto item : items) array.push_back(convert(item));
      return array;
    }
    case element_type::OBJECT: {
      // Named, because iterating over part of a temporary would dangle.
      const simdjson::dom::object members = element.get_object().value_unsafe();
      return convert(members);
    }
    default:
      return nullptr;
  }
}

}  // namespace

Value parse(std::string_view text) {
  const bool special = text.find("NaN") != text.npos || text.find("Infinity") != text.npos;
  const simdjson::padded_string padded = special
                                             ? simdjson::padded_string(quote_special_numbers(text))
                                             : simdjson::padded_string(text);
  if (padded.data() == nullptr) throw std::bad_alloc();
  simdjson::dom::parser parser;
  auto error = parser.allocate(padded.size() + 1, kMaxDepth);
  simdjson::dom::element root;
  if (!error) error = parser.parse(padded).get(root);
  if (error == simdjson::DEPTH_ERROR) {
    throw Error(ErrorKind::kJSONDecodeError,
                "JSON is nested more deeply than " + std::to_string(kMaxDepth) +
                    " levels (Python's json raises RecursionError at about 1000)");
  }
  if (error == simdjson::MEMALLOC) throw std::bad_alloc();
  if (error) {
    throw Error(ErrorKind::kJSONDecodeError, std::string("Not valid JSON (") +
                                                 std::to_string(text.size()) +
                                                 " bytes): " + simdjson::error_message(error));
  }
  return convert(root);
}

}  // namespace keras::json
