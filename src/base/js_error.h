// Errors of the host as the core sees them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/error.h"

namespace keras {

class JsError final : public Error {
 public:
  JsError(std::string js_kind, const std::string& message, int64_t number = 0)
      : Error(ErrorKind::kJsError, message), js_kind_(std::move(js_kind)), number_(number) {}

  // Python's name of what it is, such as `TypeError`; `Error` for anything else.
  const std::string& js_kind() const { return js_kind_; }
  // The host's number of the error that it keeps.
  int64_t number() const { return number_; }

 private:
  std::string js_kind_;
  int64_t number_;
};

// Whether the stack is nearly full: trying another way would only take as long again.
inline bool is_recursion_error(const Error& error) {
  const auto* host = dynamic_cast<const JsError*>(&error);
  return host != nullptr && host->js_kind() == "RecursionError";
}

}  // namespace keras
