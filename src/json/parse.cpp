#include "json/parse.h"

#include <cstring>
#include <limits>
#include <string>
#include <unordered_map>

#include "base/error.h"
#include "json/decimal.h"

namespace keras::json {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Length of the UTF-8 sequence that starts with a byte >= 0x80, or 0 if it is not a valid one.
size_t sequence_length(std::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto follows = [&](size_t i) { return (byte(i) & 0xc0u) == 0x80u; };
  const unsigned first = byte(0), second = byte(1);
  if (first >= 0xc2 && first < 0xe0) return follows(1) ? 2 : 0;
  if (!follows(1) || !follows(2)) return 0;
  if (first >= 0xe0 && first < 0xf0) {
    const bool is_overlong = first == 0xe0 && second < 0xa0;
    const bool is_surrogate = first == 0xed && second >= 0xa0;
    return is_overlong || is_surrogate ? 0 : 3;
  }
  if (first < 0xf0 || first > 0xf4 || !follows(3)) return 0;
  return (first == 0xf0 && second < 0x90) || (first == 0xf4 && second >= 0x90) ? 0 : 4;
}

void append_utf8(std::string& out, uint32_t code) {
  const auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xc0 | code >> 6);
  } else {
    if (code < 0x10000) {
      put(0xe0 | code >> 12);
    } else {
      put(0xf0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3f));
    }
    put(0x80 | (code >> 6 & 0x3f));
  }
  put(0x80 | (code & 0x3f));
}

// One pass from left to right.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;  // the mark that some editors put before UTF-8
  }

  Value parse() {
    Value value = any();
    skip_space();
    if (at_ < text_.size()) fail("more than one value");
    return value;
  }

 private:
  [[noreturn]] void fail(const char* why) const {
    throw Error(ErrorKind::kJSONDecodeError, "Not valid JSON (" + std::to_string(text_.size()) +
                                                 " bytes): " + why + " at position " +
                                                 std::to_string(at_));
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (text_.compare(at_, word.size(), word) != 0) return false;
    at_ += word.size();
    return true;
  }
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' ||
                                  text_[at_] == '\t')) {
      ++at_;
    }
  }

  Value any() {
    skip_space();
    switch (peek()) {
      case '{':
      case '[': {
        if (++depth_ > kMaxDepth) {
          throw Error(ErrorKind::kJSONDecodeError,
                      "JSON is nested more deeply than " + std::to_string(kMaxDepth) + " levels");
        }
        Value value = text_[at_++] == '{' ? Value(object()) : Value(array());
        --depth_;
        return value;
      }
      case '"':
        return string();
      case 't':
        if (take("true")) return true;
        break;
      case 'f':
        if (take("false")) return false;
        break;
      case 'n':
        if (take("null")) return nullptr;
        break;
      // Python writes these, which are not JSON.
      case 'N':
        if (take("NaN")) return std::numeric_limits<double>::quiet_NaN();
        break;
      case 'I':
        if (take("Infinity")) return kInf;
        break;
      case '-':
        if (take("-Infinity")) return -kInf;
        return number();
      default:
        if (is_digit(peek())) return number();
    }
    fail(at_ < text_.size() ? "unexpected character" : "unexpected end");
  }

  Array array() {
    Array items;
    skip_space();
    if (take(']')) return items;
    for (;;) {
      items.push_back(any());
      if (ends_with(']')) return items;
    }
  }

  Object object() {
    Object members;
    // A file may hold a dict of any size: beyond some members, a search at every key takes too long.
    constexpr size_t kFew = 32;
    std::unordered_map<std::string, size_t> places;
    skip_space();
    if (take('}')) return members;
    for (;;) {
      skip_space();
      if (peek() != '"') fail("expected a string as key");
      std::string key = string();
      skip_space();
      if (!take(':')) fail("expected ':'");
      Value value = any();
      // As in Python the last of equal keys counts, at the place of the first.
      if (members.size() < kFew) {
        members.set(key, std::move(value));
      } else {
        if (places.empty()) {
          for (const auto& [name, item] : members) places.emplace(name, places.size());
        }
        const auto [place, is_new] = places.emplace(key, members.size());
        if (is_new) {
          members.append(std::move(key), std::move(value));
        } else {
          members.begin()[static_cast<std::ptrdiff_t>(place->second)].second = std::move(value);
        }
      }
      if (ends_with('}')) return members;
    }
  }

  // After an item: false at a comma, true at the end of the list or dict.
  bool ends_with(char close) {
    skip_space();
    if (take(',')) return false;
    if (!take(close)) fail(at_ < text_.size() ? "expected ',' or an end" : "unexpected end");
    return true;
  }

  std::string string() {
    std::string out;
    ++at_;
    for (;;) {
      size_t end = at_;
      while (end < text_.size() && text_[end] != '"' && text_[end] != '\\' &&
             static_cast<unsigned char>(text_[end]) - 0x20u < 0x60u) {
        ++end;
      }
      out.append(text_, at_, end - at_);
      at_ = end;
      if (at_ >= text_.size()) fail("unexpected end of a string");
      if (take('"')) return out;
      if (take('\\')) {
        escape(out);
        continue;
      }
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (byte < 0x20) fail("unescaped control character");
      const size_t length = byte < 0x80 ? 1 : sequence_length(text_.substr(at_));
      if (length == 0) fail("not UTF-8");
      out.append(text_, at_, length);
      at_ += length;
    }
  }

  void escape(std::string& out) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (take('u')) {
      uint32_t code = hex();
      if (code >= 0xd800 && code < 0xdc00 && take("\\u")) {
        const uint32_t low = hex();
        if (low < 0xdc00 || low >= 0xe000) fail("half of a surrogate pair");
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      } else if (code >= 0xd800 && code < 0xe000) {
        fail("half of a surrogate pair");
      }
      return append_utf8(out, code);
    }
    const size_t name = kNames.find(peek());
    if (at_ >= text_.size() || name == kNames.npos) fail("unknown escape");
    out += kMeanings[name];
    ++at_;
  }

  uint32_t hex() {
    uint32_t code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = peek();
      const char lower = static_cast<char>(c | 0x20);
      if (is_digit(c)) {
        code = code * 16 + static_cast<uint32_t>(c - '0');
      } else if (lower >= 'a' && lower <= 'f') {
        code = code * 16 + static_cast<uint32_t>(lower - 'a' + 10);
      } else {
        fail("expected four hexadecimal digits");
      }
    }
    return code;
  }

  void digits() {
    if (!is_digit(peek())) fail("expected a digit");
    while (is_digit(peek())) ++at_;
  }

  Value number() {
    const size_t start = at_;
    take('-');
    if (!take('0')) digits();
    bool is_whole = true;
    if (take('.')) {
      is_whole = false;
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      is_whole = false;
      ++at_;
      if (!take('+')) take('-');
      digits();
    }
    const std::string_view text = text_.substr(start, at_ - start);
    if (is_whole) {
      int64_t value = 0;
      if (read_integer(text, value)) return value;
    }
    return read_double(text);
  }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Value parse(std::string_view text) { return Parser(text).parse(); }

}  // namespace keras::json
