// Errors of the host as the core sees them.
#pragma once

#include <string>
#include <utility>

#include "base/error.h"

namespace keras {

class HostError final : public Error {
 public:
  HostError(std::string host_kind, const std::string& message)
      : Error(ErrorKind::kHostError, message), host_kind_(std::move(host_kind)) {}

  // Python's name of what it is, such as `TypeError`; `Error` for anything else.
  const std::string& host_kind() const { return host_kind_; }

 private:
  std::string host_kind_;
};

}  // namespace keras
