// Errors with the Python exception type and message that Keras would raise, and their path
// in the config.
#pragma once

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keras {

enum class ErrorKind {
  kValueError,
  kTypeError,
  kRuntimeError,
  kKeyError,
  kIndexError,
  kAttributeError,
  kNotImplementedError,
  kJSONDecodeError,
  kOverflowError,
  kUnicodeDecodeError,
  kInternalError,  // a broken invariant of the core
  kJsError,        // raised by JavaScript, which keeps the original object
};

// The Python class name ("ValueError"); "InternalError" and "JsError" for the two
// that Python lacks.
std::string_view error_kind_name(ErrorKind kind);

class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}

  ErrorKind kind() const { return kind_; }
  // Path of the error in the config, such as `layers[3].config.units`; empty when unknown.
  const std::string& path() const { return path_; }

  // Called at each level while the error unwinds: prepends `layers[3]` to `config.units`.
  void prepend_path(std::string_view segment);

  // Context, innermost first, kept apart from the message as by Python's add_note.
  const std::vector<std::string>& notes() const { return notes_; }
  void add_note(std::string note) { notes_.push_back(std::move(note)); }

  // The class, function or Lambda layer that a config names and nothing defines; empty when the
  // error is about something else.
  const std::string& unknown_name() const { return unknown_name_; }
  Error& set_unknown_name(std::string name) {
    unknown_name_ = std::move(name);
    return *this;
  }

 private:
  ErrorKind kind_;
  std::string path_;
  std::string unknown_name_;
  std::vector<std::string> notes_;
};

Error value_error(const std::string& message);
Error type_error(const std::string& message);
Error runtime_error(const std::string& message);
Error key_error(const std::string& message);
Error index_error(const std::string& message);
Error attribute_error(const std::string& message);
Error not_implemented_error(const std::string& message);
Error internal_error(const std::string& message);

// Throw an error whose message joins these parts. There are hundreds of call sites; concatenating
// and throwing inline at each took a tenth of the WASM.
using MessageParts = std::initializer_list<std::string_view>;
[[noreturn]] void raise_value_error(MessageParts parts);
[[noreturn]] void raise_type_error(MessageParts parts);
[[noreturn]] void raise_runtime_error(MessageParts parts);
[[noreturn]] void raise_key_error(MessageParts parts);
[[noreturn]] void raise_index_error(MessageParts parts);
[[noreturn]] void raise_attribute_error(MessageParts parts);
[[noreturn]] void raise_not_implemented_error(MessageParts parts);
[[noreturn]] void raise_internal_error(MessageParts parts);

// Runs `fn`, and prepends `segment` to the path of an error it throws.
template <class Fn>
decltype(auto) at_path(std::string_view segment, Fn&& fn) {
  try {
    return fn();
  } catch (Error& error) {
    error.prepend_path(segment);
    throw;
  }
}

// Runs `fn`, and adds the result of `note()` to an error it throws.
template <class Fn, class Note>
decltype(auto) with_note(Note&& note, Fn&& fn) {
  try {
    return fn();
  } catch (Error& error) {
    error.add_note(note());
    throw;
  }
}

}  // namespace keras
