// Built-in layers made by other layers.
#pragma once

#include <string_view>

#include "layers/layer.h"

namespace keras {

// As keras.layers.<class_name>(**options).
LayerPtr make_layer(std::string_view class_name, const json::Object& options);

}  // namespace keras
