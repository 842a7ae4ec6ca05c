// Calls of code that the core cannot analyze: JavaScript functions and layers.
#pragma once

#include <functional>
#include <string_view>

#include "tree/tree.h"

namespace keras {

// Receives the arguments with data, or with bare shapes, in place of plan slots.
using OpaqueFunction = std::function<Tree(const Tree& arguments)>;

// Whether the function may be traced: run once on slots, so that its operations enter the plan.
enum class Jit { kOff, kOn };

// Computes at once. While a plan is recorded, traces the function where that is possible; a
// function that reads data, draws random numbers or changes variables becomes a step that calls it
// each time the plan runs. Recording fails when such a function cannot infer its output shapes from
// bare shapes.
Tree call_opaque(std::string_view name, const Tree& arguments, const OpaqueFunction& function,
                 Jit jit = Jit::kOn);

}  // namespace keras
