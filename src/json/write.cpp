#include "json/write.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "json/repr.h"

namespace keras::json {
namespace {

bool is_plain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f &&
         c != '"' && c != '\\';
}

// A text that grows. (What std::string does for every few characters is most of writing a config.)
class Text {
 public:
  Text& operator+=(char c) {
    *room(1) = c;
    ++size_;
    return *this;
  }
  Text& operator+=(std::string_view more) {
    std::memcpy(room(more.size()), more.data(), more.size());
    size_ += more.size();
    return *this;
  }
  // Adds characters up to one that is not plain; returns how many.
  size_t add_plain(std::string_view more) {
    char* to = room(more.size());
    size_t count = 0;
    for (; count < more.size() && is_plain(more[count]); ++count) to[count] = more[count];
    size_ += count;
    return count;
  }

  std::string take() {
    text_.resize(size_);
    return std::move(text_);
  }

 private:
  char* room(size_t more) {
    if (text_.size() - size_ < more) text_.resize(2 * (size_ + more));
    return text_.data() + size_;
  }

  std::string text_;
  size_t size_ = 0;
};

void write_unit(uint32_t unit, Text& out) {
  constexpr char kHex[] = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(unit >> shift) & 15];
}

void write_string(std::string_view text, Text& out) {
  out += '"';
  for (size_t i = 0; i < text.size(); ++i) {
    i += out.add_plain(text.substr(i));  // nearly all of every text
    if (i == text.size()) break;
    const auto byte = static_cast<unsigned char>(text[i]);
    switch (byte) {
      case '"':
        out += "\\\"";
        continue;
      case '\\':
        out += "\\\\";
        continue;
      case '\n':
        out += "\\n";
        continue;
      case '\r':
        out += "\\r";
        continue;
      case '\t':
        out += "\\t";
        continue;
      case '\b':
        out += "\\b";
        continue;
      case '\f':
        out += "\\f";
        continue;
      default:
        break;
    }
    if (byte < 0x80) {
      write_unit(byte, out);
    } else {
      const int extra = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
      uint32_t code = byte & (0x3fu >> extra);
      for (int k = 0; k < extra && i + 1 < text.size(); ++k) {
        code = (code << 6) | (static_cast<unsigned char>(text[++i]) & 0x3fu);
      }
      if (code >= 0x10000) {
        write_unit(0xd800 + ((code - 0x10000) >> 10), out);
        write_unit(0xdc00 + ((code - 0x10000) & 0x3ff), out);
      } else {
        write_unit(code, out);
      }
    }
  }
  out += '"';
}

class Writer {
 public:
  explicit Writer(bool compact)
      : comma_(compact ? "," : ", "), colon_(compact ? ":" : ": "), compact_(compact) {}

  void write(const Value& value) {
    if (value.is_null()) {
      text += "null";
    } else if (value.is_bool()) {
      text += value.as_bool() ? "true" : "false";
    } else if (value.is_int()) {
      char digits[20];
      const char* end = std::to_chars(digits, digits + sizeof digits, value.as_int()).ptr;
      text += std::string_view(digits, static_cast<size_t>(end - digits));
    } else if (value.is_double()) {
      write_double(value.as_double());
    } else if (value.is_string()) {
      write_string(value.as_string(), text);
    } else if (value.is_array()) {
      text += '[';
      bool first = true;
      for (const Value& item : value.as_array()) {
        if (!first) text += comma_;
        first = false;
        write(item);
      }
      text += ']';
    } else {
      text += '{';
      bool first = true;
      for (const auto& [key, item] : value.as_object()) {
        if (!first) text += comma_;
        first = false;
        write_string(key, text);
        text += colon_;
        write(item);
      }
      text += '}';
    }
  }

  Text text;
  bool special = false;

 private:
  void write_double(double number) {
    if (std::trunc(number) == number || !std::isfinite(number)) special = true;
    if (std::isfinite(number)) {
      text += repr(number);
    } else if (compact_) {
      text += '0';
    } else {
      text += std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
    }
  }

  const std::string_view comma_, colon_;
  const bool compact_;
};

}  // namespace

std::string write(const Value& value) {
  Writer writer(false);
  writer.write(value);
  return writer.text.take();
}

CompactText write_compact(const Value& value) {
  Writer writer(true);
  writer.write(value);
  return {writer.text.take(), writer.special};
}

}  // namespace keras::json
