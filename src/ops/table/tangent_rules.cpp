#include "ops/table/tangent_rules.h"

#include <algorithm>
#include <unordered_set>

#include "ops/numpy.h"
#include "ops/table/registry.h"

namespace keras::ops {
namespace {

using runtime::TangentScope;
using runtime::TangentSwitch;

struct Rules {
  std::unordered_set<const OpRow*> rows;
  TangentRule apply;
};

Rules& rules() {
  static Rules all;
  return all;
}

TangentScope* g_ruled = nullptr;

// Makes `scope` the ruled one during its lifetime.
class RuledScope {
 public:
  explicit RuledScope(TangentScope* scope) : before_(std::exchange(g_ruled, scope)) {}
  ~RuledScope() { g_ruled = before_; }
  RuledScope(const RuledScope&) = delete;
  RuledScope& operator=(const RuledScope&) = delete;

 private:
  TangentScope* before_;
};

Tree::Dict arguments_by_name(const RowInfo& info, const OpCall& call) {
  using Kind = OpParameter::Kind;
  Tree::Dict arguments;
  for (size_t i = 0; i < info.parameters.size(); ++i) {
    const OpParameter& parameter = info.parameters[i];
    if (parameter.kind == Kind::kAnyCount) {
      arguments.set("*" + parameter.name, Tree::list(call.args().rest()));
    } else if (parameter.kind == Kind::kAnyKeyword) {
      arguments.set("**" + parameter.name, call.args().extra());
    } else {
      arguments.set(parameter.name, call.tree(i));
    }
  }
  return arguments;
}

std::vector<Tensor> tensors_of(const CallArgs& args) {
  std::vector<Tensor> tensors;
  const auto add = [&](const Tree& tree) {
    for (const Tensor& tensor : flatten_tensors(tree)) tensors.push_back(tensor);
  };
  for (size_t i = 0; i < args.signature().parameters().size(); ++i)
    add(args.at(static_cast<int>(i)));
  for (const Tree& tree : args.rest()) add(tree);
  add(args.extra());
  return tensors;
}

// A result that shares the memory of an argument has its tangent, which the rule takes away.
Tree without_tangents(const TangentScope& scope, const Tree& result) {
  return map_structure(result, [&](const Tree& leaf) {
    if (!leaf.is_tensor() || !scope.has(leaf.as_tensor())) return leaf;
    return Tree(multiply(leaf.as_tensor(), 1));
  });
}

void attach(TangentScope& scope, const Tree& result, const Tree& tangents) {
  if (tangents.is_none()) return;
  if (result.is_tensor()) return scope.set(result.as_tensor(), tangents.as_tensor());
  for (size_t i = 0; i < result.items().size(); ++i) {
    attach(scope, result.items()[i], tangents.items()[i]);
  }
}

}  // namespace

void set_tangent_rules(const std::vector<std::string>& functions, TangentRule rule) {
  rules().rows.clear();
  for (const std::string& function : functions) {
    if (const OpRow* row = row_of(function)) rules().rows.insert(row);
  }
  rules().apply = std::move(rule);
}

bool has_tangent_rule(const OpRow& row) { return rules().rows.contains(&row); }

bool makes_node(const OpRow& row, std::initializer_list<const Operand*> operands) {
  if (makes_node(operands)) return true;
  const TangentScope* scope = TangentScope::current();
  return scope != nullptr && has_tangent_rule(row) &&
         std::ranges::any_of(operands, [&](const Operand* operand) {
           return operand->is_tensor() && scope->has(operand->tensor());
         });
}

bool makes_node(const OpRow& row, const std::vector<Tensor>& tensors) {
  return makes_node(tensors) || (has_tangent_rule(row) && runtime::any_tangent(tensors));
}

TangentScope* ruled_scope() { return g_ruled; }

Tree call_function(const RowInfo& info, const OpCall& call) {
  if (TangentScope::current() == nullptr || !has_tangent_rule(info.row) ||
      !runtime::any_tangent(tensors_of(call.args()))) {
    return info.row.call(call);
  }
  TangentScope& scope = *TangentScope::current();
  const TangentSwitch outside = TangentSwitch::outside_of(scope);
  Tree result = info.row.call(call);
  Tree tangents;
  {
    const RuledScope ruled(&scope);
    tangents = rules().apply(function_of(info.row), arguments_by_name(info, call), result);
  }
  if (tangents.is_none()) return without_tangents(scope, result);
  attach(scope, result, tangents);
  return result;
}

}  // namespace keras::ops
