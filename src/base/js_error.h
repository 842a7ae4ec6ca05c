// Errors raised by JavaScript.
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

  // The Python name of the error's type, such as `TypeError`; `Error` when there is none.
  const std::string& js_kind() const { return js_kind_; }
  // Identifies the error object that JavaScript keeps.
  int64_t number() const { return number_; }

 private:
  std::string js_kind_;
  int64_t number_;
};

// Whether the stack is nearly full. Callers that would try an alternative give up instead: it would
// overflow as well.
inline bool is_recursion_error(const Error& error) {
  const auto* js = dynamic_cast<const JsError*>(&error);
  return js != nullptr && js->js_kind() == "RecursionError";
}

}  // namespace keras
