// Configs of older Keras as today's Keras writes them. What today's Keras wrote never comes here.
#pragma once

#include <string_view>

#include "json/value.h"

namespace keras {

// The record of a model from a file of that version of Keras. Tells the warning handler once what
// was changed. Throws ValueError for what has no counterpart today.
json::Value normalized_config(json::Value record, std::string_view keras_version);

}  // namespace keras
