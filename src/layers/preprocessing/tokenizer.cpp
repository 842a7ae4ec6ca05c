#include "layers/preprocessing/tokenizer.h"

#include <algorithm>

namespace keras {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_punctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
         (c >= '{' && c <= '~');
}

// Bytes of the UTF-8 character that begins with `c`; 1 for a byte that begins none.
size_t character_size(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

}  // namespace

int64_t TokenRows::longest() const {
  int64_t most = 0;
  for (size_t row = 0; row < ends.size(); ++row) most = std::max(most, size(row));
  return most;
}

std::string Tokenizer::standardized(std::string_view text) const {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (strip_punctuation && is_punctuation(c)) continue;
    out += lower && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

void Tokenizer::append_tokens(std::string_view text, StringsBuilder& tokens) const {
  if (split == Split::kNone) return tokens.append(text);
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    if (split == Split::kCharacter) {
      end = std::min(text.size(), at + character_size(text[at]));
    } else if (is_space(text[at])) {
      ++at;
      continue;
    } else {
      while (end < text.size() && !is_space(text[end])) ++end;
    }
    tokens.append(text.substr(at, end - at));
    at = end;
  }
}

TokenRows Tokenizer::operator()(const Strings& texts, int64_t width) const {
  const int64_t per_row = split == Split::kNone ? width : 1;
  StringsBuilder tokens;
  TokenRows rows;
  for (int64_t i = 0; i < texts.size(); ++i) {
    append_tokens(standardized(texts[i]), tokens);
    if ((i + 1) % per_row == 0) rows.ends.push_back(tokens.size());
  }
  rows.tokens = tokens.finish();
  return has_ngrams ? with_ngrams(rows) : rows;
}

// Of each row the n-grams of the first size, then of the next one.
TokenRows Tokenizer::with_ngrams(const TokenRows& rows) const {
  StringsBuilder tokens;
  TokenRows out;
  for (size_t row = 0; row < rows.ends.size(); ++row) {
    const int64_t begin = rows.ends[row] - rows.size(row);
    for (const int64_t width : ngrams) {
      for (int64_t first = begin; first + width <= rows.ends[row]; ++first) {
        std::string joined(rows.tokens[first]);
        for (int64_t i = 1; i < width; ++i) joined += " " + std::string(rows.tokens[first + i]);
        tokens.append(joined);
      }
    }
    out.ends.push_back(tokens.size());
  }
  out.tokens = tokens.finish();
  return out;
}

}  // namespace keras
