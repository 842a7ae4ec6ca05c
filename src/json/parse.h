// JSON text to values, NaN and Infinity included, as Python's json.loads reads it.
#pragma once

#include <string_view>

#include "json/value.h"

namespace keras::json {

// Deepest nesting that is read; a Keras model nested in a model costs four levels.
inline constexpr int kMaxDepth = 4096;

// Throws JSONDecodeError with the position for text that is not JSON or is nested too deeply.
Value parse(std::string_view text);

}  // namespace keras::json
