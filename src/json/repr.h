// Values as Python's repr() prints them, for error messages.
#pragma once

#include <string>
#include <string_view>

#include "json/value.h"

namespace keras {

std::string repr(const json::Value& value);
std::string repr(double value);  // 0.1, 1e-05, 1.0, inf, nan
std::string repr_string(std::string_view text);

}  // namespace keras
