#include "base/error.h"

namespace keras {
namespace {

[[noreturn]] void raise(ErrorKind kind, MessageParts parts) {
  std::string message;
  for (const std::string_view part : parts) message += part;
  throw Error(kind, message);
}

}  // namespace

std::string_view error_kind_name(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kValueError:
      return "ValueError";
    case ErrorKind::kTypeError:
      return "TypeError";
    case ErrorKind::kRuntimeError:
      return "RuntimeError";
    case ErrorKind::kKeyError:
      return "KeyError";
    case ErrorKind::kIndexError:
      return "IndexError";
    case ErrorKind::kAttributeError:
      return "AttributeError";
    case ErrorKind::kNotImplementedError:
      return "NotImplementedError";
    case ErrorKind::kJSONDecodeError:
      return "JSONDecodeError";
    case ErrorKind::kOverflowError:
      return "OverflowError";
    case ErrorKind::kUnicodeDecodeError:
      return "UnicodeDecodeError";
    case ErrorKind::kInternalError:
      return "InternalError";
    case ErrorKind::kJsError:
      return "JsError";
  }
  return "InternalError";
}

void Error::prepend_path(std::string_view segment) {
  if (path_.empty() || path_.front() == '[') {
    path_.insert(0, segment);
  } else {
    path_.insert(0, std::string(segment) + ".");
  }
}

Error value_error(const std::string& message) { return {ErrorKind::kValueError, message}; }
Error type_error(const std::string& message) { return {ErrorKind::kTypeError, message}; }
Error runtime_error(const std::string& message) { return {ErrorKind::kRuntimeError, message}; }
Error key_error(const std::string& message) { return {ErrorKind::kKeyError, message}; }
Error index_error(const std::string& message) { return {ErrorKind::kIndexError, message}; }
Error attribute_error(const std::string& message) { return {ErrorKind::kAttributeError, message}; }
Error not_implemented_error(const std::string& message) {
  return {ErrorKind::kNotImplementedError, message};
}
Error internal_error(const std::string& message) { return {ErrorKind::kInternalError, message}; }

void raise_value_error(MessageParts parts) { raise(ErrorKind::kValueError, parts); }
void raise_type_error(MessageParts parts) { raise(ErrorKind::kTypeError, parts); }
void raise_runtime_error(MessageParts parts) { raise(ErrorKind::kRuntimeError, parts); }
void raise_key_error(MessageParts parts) { raise(ErrorKind::kKeyError, parts); }
void raise_index_error(MessageParts parts) { raise(ErrorKind::kIndexError, parts); }
void raise_attribute_error(MessageParts parts) { raise(ErrorKind::kAttributeError, parts); }
void raise_not_implemented_error(MessageParts parts) {
  raise(ErrorKind::kNotImplementedError, parts);
}
void raise_internal_error(MessageParts parts) { raise(ErrorKind::kInternalError, parts); }

}  // namespace keras
