// What a lookup layer computes with: its vocabulary, and the rules for other tokens. Immutable, so
// that recorded plans share it with the layer.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "layers/preprocessing/hash_bins.h"
#include "layers/preprocessing/tokens.h"

namespace keras {

class LookupTable {
 public:
  struct Settings {
    std::shared_ptr<const TokenTable> tokens;
    // A string or an int, or null when there is none.
    json::Value mask_token, oov_token;
    int64_t mask_index = 0;  // of the mask token
    int64_t oov_start = 0;   // the first index of tokens outside the vocabulary
    int64_t oov_indices = 1;
    bool hashes_integers = false;  // else they are distributed by their remainders
    std::optional<kernels::SipKey> salt;
  };
  explicit LookupTable(Settings settings);

  const TokenTable& tokens() const { return *settings_.tokens; }
  const std::shared_ptr<const TokenTable>& shared_tokens() const { return settings_.tokens; }
  // Writes the index of each token. ValueError for tokens outside the vocabulary when there is no
  // index for them.
  void find(const runtime::View& tokens, int64_t size, int64_t* indices) const;
  // Writes the token of each index.
  void find_tokens(const int64_t* indices, int64_t size, const runtime::View& tokens) const;

 private:
  // The index of a token with this number in the vocabulary, -1 when it is not there.
  int64_t index_of(std::string_view token, int64_t number) const;
  int64_t index_of(int64_t token, int64_t number) const;
  int64_t oov_index(std::string_view token) const;
  int64_t oov_index(int64_t token) const;
  template <class Token>
  Token token_at(int64_t index, const std::optional<Token>& mask, const Token& oov) const;
  [[noreturn]] void refuse(const runtime::View& tokens, int64_t size) const;

  Settings settings_;
  int64_t token_start_;
  std::optional<std::string> mask_text_;
  std::optional<int64_t> mask_integer_;
};

}  // namespace keras
