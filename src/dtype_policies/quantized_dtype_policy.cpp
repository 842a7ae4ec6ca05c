#include "dtype_policies/quantized_dtype_policy.h"

#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "base/error.h"
#include "json/repr.h"

namespace keras {
namespace {

constexpr std::array<std::string_view, 5> kModes = {"int8", "float8", "int4", "gptq", "awq"};

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (size_t slash = text.find('/'); slash != text.npos; slash = text.find('/')) {
    parts.push_back(text.substr(0, slash));
    text.remove_prefix(slash + 1);
  }
  parts.push_back(text);
  return parts;
}

std::optional<int64_t> to_int(std::string_view text) {
  int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return value;
}

std::string quoted(const std::string& text) { return "'" + text + "'"; }

struct Grouped {
  int64_t weight_bits;
  int64_t group_size;
};

// Parses `<base>/<weight_bits>/<group_size>`, with the messages of
// GPTQDTypePolicy and AWQDTypePolicy.
Grouped parse_grouped(const std::string& policy, const std::string& base, const std::string& mode) {
  const auto parts = split(mode);
  const std::string but_got =
      " Expected format '" + base + "/<weight_bits>/<group_size>', but got " + quoted(mode) + ".";
  if (parts.size() != 3 || parts[0] != base) {
    raise_value_error({"Invalid mode for ", policy, ".", but_got});
  }
  const auto bits = to_int(parts[1]);
  const auto size = to_int(parts[2]);
  if (!bits || !size) {
    raise_value_error({"Invalid mode for ", policy,
                       ". <weight_bits> and <group_size> must be integers.", but_got});
  }
  return {*bits, *size};
}

void check_group_size(int64_t size, const std::string& meaning, const std::string& mode) {
  if (size >= -1 && size != 0) return;
  raise_value_error({"Invalid group_size in mode. Supported values are -1 (", meaning,
                     ") or a positive integer, but got ", std::to_string(size), " from ",
                     quoted(mode), "."});
}

}  // namespace

bool is_quantization_mode(std::string_view mode) {
  for (std::string_view known : kModes) {
    if (mode.starts_with(known)) return true;
  }
  return false;
}

void QuantizedDTypePolicy::fields(FieldVisitor& f) {
  f("mode", mode_, "Quantization mode: `int8`, `gptq/4/128`, ...", Field::kRequired);
  f("source_name", source_name_,
    "The policy of everything that is not quantized; the global policy when null.");
}

void QuantizedDTypePolicy::configure(const json::Object& config) {
  json::Object given = config;
  const json::Value* source = given.find("source_name");
  if (source == nullptr || source->is_null()) {
    given.set("source_name", global_dtype_policy()->name());
  }
  Object::configure(given);
}

void QuantizedDTypePolicy::validate() {
  parse_name(source_name_);
  bool known = false;
  for (std::string_view mode : kModes) known = known || base_mode() == mode;
  if (!known) {
    raise_value_error(
        {"Invalid quantization mode. Expected one of ('int8', 'float8', 'int4', 'gptq', 'awq'). "
         "Received: mode=",
         mode_});
  }
  if (compute_dtype() == DType::kFloat16 && mode_ == "int8") {
    raise_value_error({"Quantization mode='int8' doesn't work well with compute_dtype='float16'."});
  }
  name_ = mode_ + "_from_" + source_name_;
}

void QuantizedFloat8DTypePolicy::fields(FieldVisitor& f) {
  QuantizedDTypePolicy::fields(f);
  f("amax_history_length", amax_history_length_, "Number of maxima to keep.");
}

void QuantizedFloat8DTypePolicy::configure(const json::Object& config) {
  const json::Value* length = config.find("amax_history_length");
  if (length != nullptr && !length->is_int()) {
    raise_type_error({"`amax_history_length` must be an integer. Received: amax_history_length=",
                      (length->is_string() ? length->as_string() : keras::repr(*length))});
  }
  QuantizedDTypePolicy::configure(config);
}

bool QuantizedFloat8DTypePolicy::equals(const DTypePolicy& other) const {
  return DTypePolicy::equals(other) &&
         amax_history_length_ ==
             static_cast<const QuantizedFloat8DTypePolicy&>(other).amax_history_length_;
}

void Int4DTypePolicy::validate() {
  const auto parts = split(mode_);
  const std::string but_got =
      " Expected format 'int4/<block_size>', but got " + quoted(mode_) + ".";
  if (parts.size() != 2 || parts[0] != "int4") {
    raise_value_error({"Invalid mode for Int4DTypePolicy.", but_got});
  }
  const auto size = to_int(parts[1]);
  if (!size) {
    raise_value_error(
        {"Invalid mode for Int4DTypePolicy. <block_size> must be an integer.", but_got});
  }
  if (*size < -1 || *size == 0) {
    raise_value_error(
        {"Invalid block_size in mode. Supported values are -1 (per-channel) or a positive integer "
         "(sub-channel), but got ",
         std::to_string(*size), " from ", quoted(mode_), "."});
  }
  block_size_ = *size;
  QuantizedDTypePolicy::validate();
}

void GPTQDTypePolicy::validate() {
  const auto [bits, size] = parse_grouped("GPTQDTypePolicy", "gptq", mode_);
  if (bits != 2 && bits != 3 && bits != 4 && bits != 8) {
    raise_value_error({"Invalid weight_bits in mode. Supported values are 2, 3, 4, and 8, but got ",
                       std::to_string(bits), " from ", quoted(mode_), "."});
  }
  check_group_size(size, "whole-tensor", mode_);
  weight_bits_ = bits;
  group_size_ = size;
  QuantizedDTypePolicy::validate();
}

void AWQDTypePolicy::validate() {
  const auto [bits, size] = parse_grouped("AWQDTypePolicy", "awq", mode_);
  if (bits != 4) {
    raise_value_error(
        {"Invalid weight_bits in mode. AWQ only supports 4-bit quantization, but got ",
         std::to_string(bits), " from ", quoted(mode_), "."});
  }
  check_group_size(size, "per-channel", mode_);
  weight_bits_ = bits;
  group_size_ = size;
  QuantizedDTypePolicy::validate();
}

KERAS_CLASS("keras.dtype_policies", QuantizedDTypePolicy, Family::kDTypePolicy)
KERAS_CLASS("keras.dtype_policies", QuantizedFloat8DTypePolicy, Family::kDTypePolicy)
KERAS_CLASS("keras.dtype_policies", Int4DTypePolicy, Family::kDTypePolicy)
KERAS_CLASS("keras.dtype_policies", GPTQDTypePolicy, Family::kDTypePolicy)
KERAS_CLASS("keras.dtype_policies", AWQDTypePolicy, Family::kDTypePolicy)

}  // namespace keras
