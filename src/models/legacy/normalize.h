// Converts configs of older Keras to current ones. Not called for current configs.
#pragma once

#include <string_view>

#include "json/value.h"

namespace keras {

// The record of a model from a file of that Keras version. Warns once, summarizing the changes.
// ValueError for anything without a current counterpart.
json::Value normalized_config(json::Value record, std::string_view keras_version);

}  // namespace keras
