// Fixtures written by real Keras (tools/fixtures).
#pragma once

#include <string>

#include "json/value.h"

namespace keras::testing {

std::string read_text(const std::string& fixture);
json::Value read_json(const std::string& fixture);

// The first difference, as a path and both values; empty when equal, including the order of keys.
std::string difference(const json::Value& actual, const json::Value& expected,
                       const std::string& path = "");

}  // namespace keras::testing
