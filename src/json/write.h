// JSON as Python's json.dumps writes it by default: ", " and ": ", ASCII only, NaN and Infinity.
#pragma once

#include <string>

#include "json/value.h"

namespace keras::json {

std::string write(const Value& value);

// Without spaces and strictly JSON: 0 replaces NaN and the infinities.
struct CompactText {
  std::string text;
  bool special;      // whether a number is an integral float, NaN or infinite
  bool has_tag_key;  // whether a dict has the key "$"
  bool has_opaque;   // whether an opaque value was written as its JSON
};
CompactText write_compact(const Value& value);

}  // namespace keras::json
