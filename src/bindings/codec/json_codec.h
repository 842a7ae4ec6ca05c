// JSON as it crosses the border: text that JavaScript reads and writes natively, and beside it what
// JavaScript cannot tell. web/boundary/json.ts is the other side and tells the form.
#pragma once

#include <string>
#include <string_view>

#include "json/value.h"

namespace keras::bindings {

// The text for the host. Whole floats stay apart from integers, NaN and the infinities are kept.
std::string to_js(const json::Value& value);
// The value of a text of the host, or of one that a user wrote.
json::Value from_js(std::string_view text);

// What stands in the value for a function of the host, before its number. It is not UTF-8, so that
// no text of a file or user can be one.
inline constexpr std::string_view kFunctionPrefix = "\xffhost_function";
// Whether any stands in the value of the text.
bool has_functions(std::string_view text);

}  // namespace keras::bindings
