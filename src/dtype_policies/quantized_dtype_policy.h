// Policies of quantized layers (keras/src/dtype_policies/dtype_policy.py).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dtype_policies/dtype_policy.h"

namespace keras {

// Whether `mode` starts with a quantization mode of Keras.
bool is_quantization_mode(std::string_view mode);

// `int8_from_float32`: a quantization mode, and the policy of everything that is not quantized.
class QuantizedDTypePolicy : public DTypePolicy {
 public:
  std::string quantization_mode() const override { return base_mode(); }
  const std::string& source_name() const { return source_name_; }

  void fields(FieldVisitor& f) override;
  void validate() override;
  void configure(const json::Object& config) override;

 protected:
  std::string base_mode() const { return mode_.substr(0, mode_.find('/')); }

  std::string mode_ = "int8";  // as written, such as `gptq/4/128`
  std::string source_name_ = "float32";
};

class QuantizedFloat8DTypePolicy final : public QuantizedDTypePolicy {
 public:
  QuantizedFloat8DTypePolicy() { mode_ = "float8"; }
  int64_t amax_history_length() const { return amax_history_length_; }
  bool equals(const DTypePolicy& other) const override;
  void fields(FieldVisitor& f) override;
  void configure(const json::Object& config) override;

 private:
  int64_t amax_history_length_ = 1024;
};

// `int4/<block_size>`
class Int4DTypePolicy final : public QuantizedDTypePolicy {
 public:
  Int4DTypePolicy() { mode_ = "int4/128"; }
  int64_t block_size() const { return block_size_; }  // -1: per channel
  void validate() override;

 private:
  int64_t block_size_ = 128;
};

// `gptq/<weight_bits>/<group_size>`
class GPTQDTypePolicy final : public QuantizedDTypePolicy {
 public:
  GPTQDTypePolicy() { mode_ = "gptq/4/128"; }
  int64_t weight_bits() const { return weight_bits_; }
  int64_t group_size() const { return group_size_; }  // -1: the whole tensor
  void validate() override;

 private:
  int64_t weight_bits_ = 4;
  int64_t group_size_ = 128;
};

// `awq/<weight_bits>/<group_size>`
class AWQDTypePolicy final : public QuantizedDTypePolicy {
 public:
  AWQDTypePolicy() { mode_ = "awq/4/128"; }
  int64_t weight_bits() const { return weight_bits_; }
  int64_t group_size() const { return group_size_; }  // -1: per channel
  void validate() override;

 private:
  int64_t weight_bits_ = 4;
  int64_t group_size_ = 128;
};

}  // namespace keras
