// Errors raised by JavaScript.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/error.h"

namespace keras {

class JsError final : public Error {
 public:
  // `js_kind` is the Python name of the error's type, such as `TypeError`; `Error` when there is
  // none. `id` identifies the error object, which JavaScript keeps and raises again.
  JsError(std::string js_kind, const std::string& message, int64_t id = 0)
      : Error(kind_of(js_kind), message), js_kind_(std::move(js_kind)), id_(id) {}

  const std::string& js_kind() const { return js_kind_; }
  int64_t id() const { return id_; }

 private:
  // Callers handle a NotImplementedError whichever side raises it: a Sequential learns from it that
  // a layer cannot infer shapes.
  static ErrorKind kind_of(const std::string& js_kind) {
    return js_kind == "NotImplementedError" ? ErrorKind::kNotImplementedError : ErrorKind::kJsError;
  }

  std::string js_kind_;
  int64_t id_;
};

// Whether the stack is nearly full. Callers that would try an alternative give up instead: it would
// overflow as well.
inline bool is_recursion_error(const Error& error) {
  const auto* js = dynamic_cast<const JsError*>(&error);
  return js != nullptr && js->js_kind() == "RecursionError";
}

}  // namespace keras
