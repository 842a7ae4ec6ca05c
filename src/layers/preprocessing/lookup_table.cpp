#include "layers/preprocessing/lookup_table.h"

#include "base/error.h"

namespace keras {
namespace {

constexpr int64_t kUnknown = -1;

// As TensorFlow prints an element of a tensor.
std::string text_of(std::string_view token) { return "\"" + std::string(token) + "\""; }
std::string text_of(int64_t token) { return std::to_string(token); }

// As tf.strings.format prints a vector: the first and last three elements.
std::string summary(const std::vector<std::string>& items) {
  constexpr size_t kShown = 3;
  std::string text;
  for (size_t i = 0; i < items.size(); ++i) {
    if (items.size() > 2 * kShown && i == kShown) {
      text += " ...";
      i = items.size() - kShown;
    }
    text += (text.empty() ? "" : " ") + items[i];
  }
  return "[" + text + "]";
}

}  // namespace

LookupTable::LookupTable(Settings settings)
    : settings_(std::move(settings)), token_start_(settings_.oov_start + settings_.oov_indices) {
  const json::Value& mask = settings_.mask_token;
  if (mask.is_string()) mask_text_ = mask.as_string();
  if (mask.is_number()) mask_integer_ = mask.as_int();
}

int64_t LookupTable::oov_index(std::string_view token) const {
  if (settings_.oov_indices <= 1) return settings_.oov_start;
  return settings_.oov_start + HashBins{settings_.oov_indices, settings_.salt}(token);
}

int64_t LookupTable::oov_index(int64_t token) const {
  if (settings_.oov_indices <= 1) return settings_.oov_start;
  if (settings_.hashes_integers) {
    return settings_.oov_start + HashBins{settings_.oov_indices, settings_.salt}(token);
  }
  const int64_t remainder = token % settings_.oov_indices;
  return settings_.oov_start + remainder + (remainder < 0 ? settings_.oov_indices : 0);
}

int64_t LookupTable::index_of(std::string_view token, int64_t number) const {
  if (mask_text_ && *mask_text_ == token) return settings_.mask_index;
  if (number >= 0) return token_start_ + number;
  return settings_.oov_indices == 0 ? kUnknown : oov_index(token);
}

int64_t LookupTable::index_of(int64_t token, int64_t number) const {
  if (mask_integer_ && *mask_integer_ == token) return settings_.mask_index;
  if (number >= 0) return token_start_ + number;
  return settings_.oov_indices == 0 ? kUnknown : oov_index(token);
}

void LookupTable::find(const runtime::View& tokens, int64_t size, int64_t* indices) const {
  if (tokens.strings != nullptr) {
    settings_.tokens->find(*tokens.strings, size, indices);
  } else {
    for_each_token(tokens, size, [&, to = indices](auto token) mutable {
      *to++ = settings_.tokens->find(token);
    });
  }
  bool is_known = true;
  for_each_token(tokens, size, [&, at = indices](auto token) mutable {
    *at = index_of(token, *at);
    is_known = is_known && *at != kUnknown;
    ++at;
  });
  if (!is_known) refuse(tokens, size);
}

void LookupTable::refuse(const runtime::View& tokens, int64_t size) const {
  std::vector<std::string> unknown;
  for_each_token(tokens, size, [&](auto token) {
    if (index_of(token, settings_.tokens->find(token)) == kUnknown)
      unknown.push_back(text_of(token));
  });
  raise_value_error(
      {"When `num_oov_indices=0` all inputs should be in vocabulary, found OOV values ",
       summary(unknown), ", consider setting `num_oov_indices=1`."});
}

template <class Token>
Token LookupTable::token_at(int64_t index, const std::optional<Token>& mask,
                            const Token& oov) const {
  if (mask && index == 0) return *mask;
  if (index < token_start_ || index - token_start_ >= tokens().size()) return oov;
  if constexpr (std::is_same_v<Token, int64_t>) {
    return tokens().integer(index - token_start_);
  } else {
    return Token(tokens().text(index - token_start_));
  }
}

void LookupTable::find_tokens(const int64_t* indices, int64_t size,
                              const runtime::View& out) const {
  if (out.strings == nullptr) {
    const int64_t oov = settings_.oov_token.as_int();
    for (int64_t i = 0; i < size; ++i) {
      out.as<int64_t>()[i] = token_at(indices[i], mask_integer_, oov);
    }
    return;
  }
  const std::optional<std::string_view> mask = mask_text_;
  const std::string_view oov = settings_.oov_token.as_string();
  StringsBuilder texts;
  for (int64_t i = 0; i < size; ++i) texts.append(token_at(indices[i], mask, oov));
  *out.strings = texts.finish();
}

}  // namespace keras
