// The bins of hashed tokens (tf.strings.to_hash_bucket_fast and to_hash_bucket_strong).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json/value.h"
#include "kernels/string_hash.h"
#include "tensor/tensor.h"

namespace keras {

struct HashBins {
  int64_t bins = 1;
  // With a salt SipHash, else FarmHash.
  std::optional<kernels::SipKey> salt{};

  int64_t operator()(std::string_view text) const {
    const uint64_t hash = salt ? kernels::sip_hash(*salt, text) : kernels::fingerprint64(text);
    return static_cast<int64_t>(hash % static_cast<uint64_t>(bins));
  }
  // Integers are hashed by their decimal digits.
  int64_t operator()(int64_t integer) const { return (*this)(std::to_string(integer)); }
};

// The argument `salt`: null, an int, or a list of two ints, to which it is expanded. ValueError
// with this message and what was received.
std::optional<kernels::SipKey> standardize_salt(json::Value& salt, std::string_view message);

}  // namespace keras
