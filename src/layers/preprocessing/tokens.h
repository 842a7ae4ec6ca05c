// Tokens are the elements of tensors that layers look up or hash: strings, or integers of 64 bits.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/string_table.h"
#include "runtime/step.h"
#include "tensor/tensor.h"
#include "tree/tree.h"

namespace keras {

// Calls f(string_view) or f(int64_t) for the `size` tokens of a view.
template <class F>
void for_each_token(const runtime::View& view, int64_t size, F&& f) {
  for (int64_t i = 0; i < size; ++i) {
    if (view.strings != nullptr) {
      f((*view.strings)[i]);
    } else {
      f(view.as<int64_t>()[i]);
    }
  }
}

// The same for a tensor with data, of strings or int64.
template <class F>
void for_each_token(const Tensor& tokens, F&& f) {
  const bool strings = tokens.dtype() == DType::kString;
  for_each_token(strings ? runtime::View{nullptr, &tokens.string_data()}
                         : runtime::View{tokens.raw_data(), nullptr},
                 tokens.size(), f);
}

// The argument of a call as a tensor: lists of ints keep 64 bits.
Tensor token_tensor(const Tree& value);

// Different tokens, numbered in the order in which they were added: a hash table with open
// addressing over one block of text. Holds strings or integers, not both.
class TokenTable {
 public:
  int64_t size() const {
    return integers_.empty() ? texts_.size() : static_cast<int64_t>(integers_.size());
  }
  // The number of the token; -1 when it is not in the table.
  int64_t find(std::string_view text) const;
  int64_t find(int64_t integer) const;
  // Writes the numbers of the first `size` strings; -1 for those that are not in the table.
  void find(const Strings& texts, int64_t size, int64_t* numbers) const;
  // The number of the token, which is added if it is new.
  int64_t add(std::string_view text);
  int64_t add(int64_t integer);

  std::string_view text(int64_t number) const { return texts_[number]; }
  int64_t integer(int64_t number) const { return integers_[static_cast<size_t>(number)]; }

 private:
  using Slot = kernels::StringSlot;

  template <class Equal>
  const Slot* find_slot(uint64_t hash, const Equal& equal) const;
  template <class Token>
  int64_t find_token(Token token) const;
  template <class Token>
  int64_t add_token(Token token);
  bool holds(int64_t number, std::string_view text) const { return texts_[number] == text; }
  bool holds(int64_t number, int64_t value) const { return integer(number) == value; }
  void append(std::string_view text) { texts_.append(text); }
  void append(int64_t value) { integers_.push_back(value); }
  void grow();

  StringsBuilder texts_;
  std::vector<int64_t> integers_;
  std::vector<Slot> slots_;  // a power of two
};

}  // namespace keras
