// Errors of the host as the core sees them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/error.h"

namespace keras {

class HostError final : public Error {
 public:
  HostError(std::string host_kind, const std::string& message, int64_t number = 0)
      : Error(ErrorKind::kHostError, message), host_kind_(std::move(host_kind)), number_(number) {}

  // Python's name of what it is, such as `TypeError`; `Error` for anything else.
  const std::string& host_kind() const { return host_kind_; }
  // The host's number of the error that it keeps.
  int64_t number() const { return number_; }

 private:
  std::string host_kind_;
  int64_t number_;
};

// Whether the stack is nearly full: trying another way would only take as long again.
inline bool is_recursion_error(const Error& error) {
  const auto* host = dynamic_cast<const HostError*>(&error);
  return host != nullptr && host->host_kind() == "RecursionError";
}

}  // namespace keras
