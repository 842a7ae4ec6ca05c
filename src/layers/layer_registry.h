// The built-in layers, from layers.inc.
#pragma once

#include <span>

#include "serialization/object.h"

namespace keras {

std::span<const ClassInfo* const> layer_classes();

}  // namespace keras
