// JSON text for JavaScript, and beside it what JavaScript cannot tell of numbers.
//
// Python keeps 1.0 apart from 1, and NaN and the infinities are values of its JSON. A text with any
// of them is "\1" json "\1" numbers: `json` has plain numbers in their places, and `numbers` says
// by the same keys and indices what they are. A leaf of `numbers` is one of
//
//   0 whole float   1 NaN   2 Infinity   3 -Infinity   4 -0.0   "digits" of an integer beyond 2^53
//
// The numbers stand apart because JSON.parse and JSON.stringify are many times faster than walking
// a config of thousands of layers. web/boundary/json.ts is the other side.
#pragma once

#include <string>
#include <string_view>

#include "json/value.h"

namespace keras::bindings {

struct JsonText {
  std::string text;
  bool has_tag_key;  // whether a dict has the key "$"
  bool has_opaque;   // whether opaque values were written as their JSON
};
JsonText write_json(const json::Value& value);
json::Value read_json(std::string_view text);

}  // namespace keras::bindings
