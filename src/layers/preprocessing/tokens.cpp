#include "layers/preprocessing/tokens.h"

#include <algorithm>
#include <span>

#include "base/error.h"
#include "kernels/string_hash.h"
#include "ops/common/operand.h"

namespace keras {
namespace {

constexpr int64_t kMostTokens = int64_t{1} << 30;

uint64_t hash_of(std::string_view text) { return kernels::fingerprint64(text); }

// The finalizer of SplitMix64.
uint64_t hash_of(int64_t value) {
  uint64_t x = static_cast<uint64_t>(value) + 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

uint32_t tag_of(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }

}  // namespace

namespace {

bool are_ints(const Tree& value) {
  if (!value.is_sequence()) return value.is_int();
  return std::ranges::all_of(value.items(), are_ints);
}

void append_ints(const Tree& value, std::vector<int64_t>& out) {
  if (!value.is_sequence()) return out.push_back(value.as_int());
  for (const Tree& item : value.items()) append_ints(item, out);
}

}  // namespace

Tensor token_tensor(const Tree& value) {
  const Tensor tensor = ops::Operand(value).tensor();
  if (value.is_tensor() || value.is_ndarray() || tensor.dtype() != DType::kInt32 ||
      !are_ints(value)) {
    return tensor;
  }
  std::vector<int64_t> values;
  append_ints(value, values);
  return Tensor::from_bytes(std::as_bytes(std::span(values)), tensor.shape(), DType::kInt64);
}

// The slot of the token, or the free one where it belongs.
template <class Equal>
const TokenTable::Slot* TokenTable::find_slot(uint64_t hash, const Equal& equal) const {
  const size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.number == 0 || (slot.tag == tag_of(hash) && equal(int64_t{slot.number} - 1))) {
      return &slot;
    }
  }
}

template <class Token>
int64_t TokenTable::find_token(Token token) const {
  if (slots_.empty()) return -1;
  const auto equal = [&](int64_t number) { return holds(number, token); };
  return int64_t{find_slot(hash_of(token), equal)->number} - 1;
}

template <class Token>
int64_t TokenTable::add_token(Token token) {
  if (static_cast<size_t>(size()) * 2 >= slots_.size()) grow();
  const uint64_t hash = hash_of(token);
  const auto equal = [&](int64_t number) { return holds(number, token); };
  Slot& slot = const_cast<Slot&>(*find_slot(hash, equal));
  if (slot.number == 0) {
    append(token);
    slot = {static_cast<uint32_t>(size()), tag_of(hash)};
  }
  return int64_t{slot.number} - 1;
}

int64_t TokenTable::find(std::string_view text) const { return find_token(text); }
int64_t TokenTable::find(int64_t integer) const { return find_token(integer); }

void TokenTable::find(const Strings& texts, int64_t size, int64_t* numbers) const {
  if (slots_.empty()) {
    std::fill_n(numbers, size, -1);
    return;
  }
  kernels::find_strings({slots_, texts_.bytes().data(), texts_.ends()},
                        {reinterpret_cast<const char*>(texts.block().data()), texts.offsets()},
                        size, numbers);
}

int64_t TokenTable::add(std::string_view text) { return add_token(text); }
int64_t TokenTable::add(int64_t integer) { return add_token(integer); }

void TokenTable::grow() {
  if (size() >= kMostTokens) {
    raise_runtime_error({"A vocabulary has at most ", std::to_string(kMostTokens), " tokens"});
  }
  slots_.assign(std::max<size_t>(16, slots_.size() * 2), {});
  const auto differs = [](int64_t) { return false; };
  for (int64_t number = 0; number < size(); ++number) {
    const uint64_t hash = integers_.empty() ? hash_of(text(number)) : hash_of(integer(number));
    const_cast<Slot&>(*find_slot(hash, differs)) = {static_cast<uint32_t>(number + 1),
                                                    tag_of(hash)};
  }
}

}  // namespace keras
