#include "layers/preprocessing/hash_bins.h"

#include "base/error.h"
#include "layers/argument_validation.h"

namespace keras {

std::optional<kernels::SipKey> standardize_salt(json::Value& salt, std::string_view message) {
  if (salt.is_null()) return std::nullopt;
  if (salt.is_int()) salt = json::Array{salt, salt};
  const bool is_pair = salt.is_array() && salt.as_array().size() == 2;
  if (!is_pair) raise_value_error({message, " Received: salt=", python_str(salt), "."});
  const auto word = [&](size_t i) {
    return at_path("salt", [&] { return static_cast<uint64_t>(salt.as_array()[i].as_int()); });
  };
  return kernels::SipKey{word(0), word(1)};
}

}  // namespace keras
