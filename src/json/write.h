// JSON text as Python's json.dumps writes it by default: ", " and ": ", ASCII only, NaN and
// Infinity.
#pragma once

#include <string>

#include "json/value.h"

namespace keras::json {

std::string write(const Value& value);

}  // namespace keras::json
