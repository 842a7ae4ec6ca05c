// Computations that the core cannot look into: functions and layers of the host.
#pragma once

#include <functional>
#include <string_view>

#include "tree/tree.h"

namespace keras {

// Gets the arguments with tensors of real data, or of shapes alone, in the place of plan slots.
using OpaqueFunction = std::function<Tree(const Tree& arguments)>;

// The result for these arguments: at once, or as one step of the plan being recorded, which then
// calls the function with real data each time it runs. A plan cannot be made when the function does
// not say from shapes alone what it returns.
Tree call_opaque(std::string_view name, const Tree& arguments, const OpaqueFunction& function);

}  // namespace keras
