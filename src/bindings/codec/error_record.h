// The error record: what crosses the boundary instead of a value when a call fails, in either
// direction.
//
//   {"$": "error", "id", "kind", "message", "path", "notes", "unknown"}
//
//   id       names the error object that JavaScript keeps; 0 for errors of the core
//   kind     Python's name of the exception, such as "ValueError"
//   path     where in a config it arose, such as "layers[3].config.units"
//   notes    as Python's add_note, innermost first
//   unknown  the name in a config that nothing defines, when that is the reason; else ""
//
// JavaScript returns it as the value of a callback. Results of the core may be handles or numbers,
// so the guard hands its record to the callback `fail` before the bound function returns.
#pragma once

#include <string>

#include "json/value.h"

namespace keras::bindings {

inline constexpr const char* kErrorTag = "error";

// The record of the exception being handled: call it in a catch block. Exceptions of other types
// than Error get the kind that Python would raise.
std::string record_of_current_exception();

// Throws what JavaScript recorded, as a JsError.
[[noreturn]] void throw_recorded(const json::Object& record);

}  // namespace keras::bindings
