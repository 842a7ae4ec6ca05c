// The built-in layers, in the order of layers.inc.
#pragma once

#include <span>

#include "serialization/object.h"

namespace keras {

std::span<const ClassInfo* const> layer_classes();

}  // namespace keras
