// Parses JSON, including NaN and Infinity, as Python's json.loads does.
#pragma once

#include <string_view>

#include "json/value.h"

namespace keras::json {

// The deepest nesting that is parsed. A nested model takes four levels, and reading, checking and
// writing configs recurse within the stack that web/boundary/engine.ts reserves.
inline constexpr int kMaxDepth = 512;

// JSONDecodeError with the position when `text` is not JSON or is nested too deeply.
Value parse(std::string_view text);

}  // namespace keras::json
