// How operations compute the tangents of their results while ops.jvp differentiates a function
// (runtime/tangents.h). The rules are written in JavaScript with the functions of keras.ops
// (web/ops/tangents); an operation without one is differentiated through the operations it calls.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "ops/table/row_operation.h"
#include "runtime/tangents.h"

namespace keras::ops {

// The tangents of a result, in its structure; None for a result that has none. `arguments` are
// keyed by parameter of the function; `*name` and `**name` are parameters that collect others.
using TangentRule =
    std::function<Tree(std::string_view function, const Tree::Dict& arguments, const Tree& result)>;
void set_tangent_rules(const std::vector<std::string>& functions, TangentRule rule);

bool has_tangent_rule(const OpRow& row);

// True when a function must call make_node instead of computing: an argument is a KerasTensor, or
// has a tangent for which the row has a rule.
bool makes_node(const OpRow& row, std::initializer_list<const Operand*> operands);
inline bool makes_node(const OpRow& row, const Operand& x) { return makes_node(row, {&x}); }
bool makes_node(const OpRow& row, const std::vector<Tensor>& tensors);

// Calls the function of a row. If it has a rule and an argument has a tangent, so have the results.
Tree call_function(const RowInfo& info, const OpCall& call);

// The scope whose tangents the running rule computes; null outside of rules.
runtime::TangentScope* ruled_scope();

}  // namespace keras::ops
