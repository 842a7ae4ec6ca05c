// Calls of code that the core cannot analyze: JavaScript functions and layers.
#pragma once

#include <functional>
#include <string_view>

#include "tree/tree.h"

namespace keras {

// Receives the arguments with data, or with bare shapes, in place of plan slots.
using OpaqueFunction = std::function<Tree(const Tree& arguments)>;

// Computes at once, or records a step that calls the function with data each time the plan runs.
// Recording fails when the function cannot infer its output shapes from bare shapes.
Tree call_opaque(std::string_view name, const Tree& arguments, const OpaqueFunction& function);

}  // namespace keras
