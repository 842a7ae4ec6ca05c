// Fixtures written by real Keras (tools/fixtures).
#pragma once

#include <string>

#include "json/value.h"

namespace keras::testing {

std::string read_text(const std::string& fixture);
json::Value read_json(const std::string& fixture);

// Where two values first differ, as a path and both values; empty when they are equal, order of
// keys included.
std::string difference(const json::Value& actual, const json::Value& expected,
                       const std::string& path = "");

}  // namespace keras::testing
