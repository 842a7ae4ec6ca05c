// All operations of keras.ops: their classes for configs, and their functions by name.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ops/table/row_operation.h"

namespace keras::ops {

// Every operation class, for register_classes().
std::span<const ClassInfo* const> operation_classes();
// The class of that name (`Concatenate`); an unknown one is an internal error.
const ClassInfo& operation_class(std::string_view class_name);

// Calls keras.ops.<function> with Python's arguments: makes a graph node when one is a KerasTensor,
// computes otherwise. Also `activations.relu` and so on, and `image.resize`.
// Throws AttributeError for an unknown function, TypeError as Python for wrong arguments.
Tree call_op(std::string_view function, const Tree::Sequence& args, const Tree::Dict& kwargs = {});
bool has_op(std::string_view function);
// The row of a function, null for an unknown one, and the first name of a row's function.
const OpRow* row_of(std::string_view function);
std::string_view function_of(const OpRow& row);

// Every function by name, in alphabetical order, for the generator of declarations.
struct OpDescription {
  std::string_view function;  // `concatenate`
  const RowInfo* info;
};
std::vector<OpDescription> describe_ops();

}  // namespace keras::ops
