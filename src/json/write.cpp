#include "json/write.h"

#include <charconv>
#include <cmath>
#include <cstdint>

#include "json/repr.h"

namespace keras::json {
namespace {

void write_unit(uint32_t unit, std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(unit >> shift) & 15];
}

bool is_plain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f &&
         c != '"' && c != '\\';
}

void write_string(std::string_view text, std::string& out) {
  out += '"';
  for (size_t i = 0; i < text.size(); ++i) {
    // Most strings need no escaping.
    const size_t start = i;
    while (i < text.size() && is_plain(text[i])) ++i;
    out.append(text, start, i - start);
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
      text.append(digits, std::to_chars(digits, digits + sizeof digits, value.as_int()).ptr);
    } else if (value.is_double()) {
      write_double(value.as_double());
    } else if (value.is_string()) {
      write_string(value.as_string(), text);
    } else if (value.is_opaque()) {
      has_opaque = true;
      write(value.as_opaque().as_json());
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
        if (key == "$") has_tag_key = true;
        write_string(key, text);
        text += colon_;
        write(item);
      }
      text += '}';
    }
  }

  std::string text;
  bool special = false;
  bool has_tag_key = false;
  bool has_opaque = false;

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
  return std::move(writer.text);
}

CompactText write_compact(const Value& value) {
  Writer writer(true);
  writer.write(value);
  return {std::move(writer.text), writer.special, writer.has_tag_key, writer.has_opaque};
}

}  // namespace keras::json
