// ops.jvp: the scopes of tangents, and the rules of web/ops/tangents.
#include <memory>
#include <string>
#include <vector>

#include "bindings/callbacks.h"
#include "bindings/codec/codec.h"
#include "bindings/codec/handles.h"
#include "bindings/guard.h"
#include "ops/table/tangent_rules.h"

namespace keras::bindings {
namespace {

using runtime::TangentScope;
using runtime::TangentSwitch;

std::vector<std::unique_ptr<TangentScope>>& scopes() {
  static std::vector<std::unique_ptr<TangentScope>> open;
  return open;
}

// Inside a rule, the scope whose tangents it computes.
TangentScope& scope() {
  TangentScope* ruled = ops::ruled_scope();
  return ruled != nullptr ? *ruled : *scopes().back();
}

void begin() { scopes().push_back(std::make_unique<TangentScope>()); }

void end() { scopes().pop_back(); }

void set(const TensorHandle& x, const TensorHandle& tangent) {
  scope().set(x.tensor, tangent.tensor);
}

TensorHandlePtr of(const TensorHandle& x) {
  const Tensor tangent = scope().of(x.tensor);
  return tangent ? std::make_shared<TensorHandle>(tangent) : nullptr;
}

// Names of functions as a JSON list, and the rule of all of them.
void set_rules(const std::string& names, const emscripten::val& rule) {
  std::vector<std::string> functions;
  const json::Value list = decode(names);
  for (const json::Value& name : list.as_array()) functions.push_back(name.as_string());
  ops::set_tangent_rules(functions, [rule](std::string_view function, const Tree::Dict& arguments,
                                           const Tree& result) {
    const Tree::Sequence args{std::string(function), arguments, result};
    return call_js_function(rule, pack(arguments_tree(args, {})));
  });
}

// Calls a function that computes the result of the running rule from operations with rules.
Packed compose(const emscripten::val& function) {
  const TangentSwitch inside(&scope());
  return pack(call_js_function(function, pack(arguments_tree({}, {}))));
}

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_tangents) {
  using namespace keras::bindings;
  bind<&begin>("tangentsBegin");
  bind<&end>("tangentsEnd");
  bind<&set>("tangentsSet");
  bind<&of>("tangentsOf");
  bind<&set_rules>("tangentsSetRules");
  bind<&compose>("tangentsCompose");
}
