// How TextVectorization makes tokens of strings: standardization, splitting and n-grams
// (keras/src/layers/preprocessing/text_vectorization.py, _preprocess).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace keras {

// Rows of tokens, one after another: row i ends before token ends[i].
struct TokenRows {
  Strings tokens;
  std::vector<int64_t> ends;

  int64_t size(size_t row) const { return ends[row] - (row == 0 ? 0 : ends[row - 1]); }
  int64_t longest() const;
};

struct Tokenizer {
  enum class Split { kNone, kWhitespace, kCharacter };

  bool lower = true;              // of ASCII letters, as tf.strings.lower
  bool strip_punctuation = true;  // of ASCII
  Split split = Split::kWhitespace;
  std::vector<int64_t> ngrams{};  // sizes; none when empty and not `has_ngrams`
  bool has_ngrams = false;

  // A row for each string when it splits, else for each `width` strings.
  TokenRows operator()(const Strings& texts, int64_t width) const;

 private:
  std::string standardized(std::string_view text) const;
  void append_tokens(std::string_view text, StringsBuilder& tokens) const;
  TokenRows with_ngrams(const TokenRows& rows) const;
};

}  // namespace keras
