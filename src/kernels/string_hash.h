// 64-bit hashes of strings, as TensorFlow's tf.strings.to_hash_bucket_fast, to_hash_bucket_strong
// and tf.sparse.cross_hashed compute them.
#pragma once

#include <cstdint>
#include <string_view>

namespace keras::kernels {

// FarmHash's Fingerprint64 (https://github.com/google/farmhash, farmhashna::Hash64).
uint64_t fingerprint64(std::string_view text);

// The fingerprint of two fingerprints (tensorflow/core/platform/fingerprint.h, FingerprintCat64).
uint64_t fingerprint_cat64(uint64_t a, uint64_t b);

struct SipKey {
  uint64_t low = 0, high = 0;
};

// SipHash-2-4 (J.-P. Aumasson, D. J. Bernstein: SipHash: a fast short-input PRF).
uint64_t sip_hash(const SipKey& key, std::string_view text);

}  // namespace keras::kernels
