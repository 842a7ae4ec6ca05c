#include "base/naming.h"

#include <cctype>
#include <functional>
#include <string>
#include <unordered_map>

namespace keras {
namespace {

// Enables lookup by string_view.
struct Hash : std::hash<std::string_view> {
  using is_transparent = void;
};
template <class T>
using ByName = std::unordered_map<std::string, T, Hash, std::equal_to<>>;

ByName<int>& counters() {
  static ByName<int> map;
  return map;
}

std::string& path() {
  static std::string value;
  return value;
}

int& counter(std::string_view prefix) {
  auto found = counters().find(prefix);
  if (found == counters().end()) found = counters().emplace(std::string(prefix), 0).first;
  return found->second;
}

bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool lower(char c) { return c >= 'a' && c <= 'z'; }

// Lowercases ASCII and the letters that UTF-8 encodes in two bytes: Latin-1, Greek, Cyrillic.
std::string to_lower(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0xc0 || byte >= 0xe0 || i + 1 >= text.size()) {
      out += static_cast<char>(byte < 0x80 ? std::tolower(byte) : byte);
      continue;
    }
    unsigned code = ((byte & 0x1fu) << 6) | (static_cast<unsigned char>(text[++i]) & 0x3fu);
    if ((code >= 0xc0 && code <= 0xde && code != 0xd7) || (code >= 0x391 && code <= 0x3a9) ||
        (code >= 0x410 && code <= 0x42f)) {
      code += 0x20;
    } else if (code >= 0x400 && code <= 0x40f) {
      code += 0x50;
    }
    out += static_cast<char>(0xc0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3f));
  }
  return out;
}

}  // namespace

std::string to_snake_case(std::string_view name) {
  std::string word;
  for (char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    // Bytes above 127 belong to non-ASCII letters, which Python's \W keeps.
    if (std::isalnum(byte) || c == '_' || byte >= 0x80) word += c;
  }
  // `(.)([A-Z][a-z]+)` -> `\1_\2`, then `([a-z])([A-Z])` -> `\1_\2`, as two scans.
  std::string split;
  size_t i = 0;
  while (i < word.size()) {
    const bool run = i + 2 < word.size() && upper(word[i + 1]) && lower(word[i + 2]);
    split += word[i];
    if (!run) {
      ++i;
      continue;
    }
    split += '_';
    split += word[i + 1];
    i += 2;
    while (i < word.size() && lower(word[i])) split += word[i++];
  }
  std::string out;
  for (size_t k = 0; k < split.size(); ++k) {
    if (k > 0 && lower(split[k - 1]) && upper(split[k])) out += '_';
    out += split[k];
  }
  return to_lower(out);
}

std::string auto_name(std::string_view class_name) {
  // Cached: there are few classes, and names are generated often.
  static ByName<std::string> prefixes;
  auto found = prefixes.find(class_name);
  if (found == prefixes.end()) {
    found = prefixes.emplace(std::string(class_name), to_snake_case(class_name)).first;
  }
  return uniquify(found->second);
}

std::string uniquify(std::string_view prefix) {
  int& count = counter(prefix);
  std::string name(prefix);
  if (count > 0) name += "_" + std::to_string(count);
  ++count;
  return name;
}

int get_uid(std::string_view prefix) { return ++counter(prefix); }

void reset_names() { counters().clear(); }

NameScope::NameScope(std::string_view name) : previous_length_(path().size()) {
  if (!path().empty()) path() += '/';
  path() += name;
}

NameScope::~NameScope() { path().resize(previous_length_); }

const std::string& current_path() { return path(); }

}  // namespace keras
