// JSON text to values, NaN and Infinity included, as Python's json.loads reads it.
#pragma once

#include <string_view>

#include "json/value.h"

namespace keras::json {

// Deepest nesting that is read. A model nested in a model takes four levels, and what reads, checks
// and writes configs recurses: all of it has to fit the stack that web/boundary/engine.ts reserves.
inline constexpr int kMaxDepth = 512;

// Throws JSONDecodeError with the position for text that is not JSON or is nested too deeply.
Value parse(std::string_view text);

}  // namespace keras::json
