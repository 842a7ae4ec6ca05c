#include "activations/activation.h"

#include <array>

#include "base/error.h"
#include "json/repr.h"
#include "serialization/deserialize.h"
#include "serialization/identifier.h"
#include "serialization/serialize.h"

namespace keras {
namespace {

constexpr std::array kNames = {
#define ACTIVATION(kind, name) std::string_view(#name),
#include "activations/activations.inc"
#undef ACTIVATION
};

struct Alias {
  std::string_view name;
  ActivationKind kind;
};
constexpr std::array kAliases = {Alias{"swish", ActivationKind::kSilu},
                                 Alias{"hard_swish", ActivationKind::kHardSilu}};

ActivationCaller g_caller = nullptr;

std::optional<ActivationKind> kind_of_name(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<ActivationKind>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view activation_name(ActivationKind kind) { return kNames[static_cast<size_t>(kind)]; }

std::optional<ActivationKind> find_activation(std::string_view name) {
  for (const Alias& alias : kAliases) {
    if (alias.name == name) return alias.kind;
  }
  return kind_of_name(name);
}

Activation::Activation(std::shared_ptr<Function> function) {
  if (auto builtin = std::dynamic_pointer_cast<ActivationFunction>(function)) {
    kind_ = builtin->kind();
  } else {
    function_ = std::move(function);
  }
}

// Python's callable(): as Keras, whatever can be called may stand for an activation.
static bool is_callable(const Object& object) {
  switch (object.class_info().family) {
    case Family::kDTypePolicy:
    case Family::kSeedGenerator:
    case Family::kOptimizer:
      return false;
    default:
      return true;
  }
}

Activation get_activation(const json::Value& identifier) {
  if (identifier.is_null()) return {};
  if (identifier.is_string()) {
    // Only Keras's own names: custom ones need a record.
    if (const auto kind = find_activation(identifier.as_string())) return *kind;
  } else if (identifier.may_be_keras_object()) {
    const Tree value = deserialize_keras_object(identifier);
    if (value.is_function()) return Activation(value.as_function());
    if (value.is_object() && is_callable(*value.as_object())) {
      return Activation(value.as_object());
    }
  }
  raise_unknown_identifier("activation function", identifier);
}

json::Value serialize_activation(const Activation& activation) {
  if (activation.object()) return serialize_keras_object(*activation.object());
  if (!activation.function()) return activation_name(activation.kind());
  const std::string& name = activation.function()->name();
  // Keras goes by the name alone: a custom function called `relu` is written as the built-in.
  if (kind_of_name(name)) return name;
  return function_record(name);
}

ActivationFunction::ActivationFunction(ActivationKind kind)
    : Function(std::string(activation_name(kind))), kind_(kind) {}

Tree ActivationFunction::call(const Tree::Sequence& args, const Tree::Dict& kwargs) {
  if (g_caller == nullptr) raise_internal_error({"Nothing computes activation functions yet"});
  return g_caller(kind_, args, kwargs);
}

std::shared_ptr<Function> find_activation_function(std::string_view name) {
  static std::array<std::shared_ptr<Function>, kNames.size()> functions;
  const auto kind = find_activation(name);
  if (!kind) return nullptr;
  std::shared_ptr<Function>& function = functions[static_cast<size_t>(*kind)];
  if (!function) function = std::make_shared<ActivationFunction>(*kind);
  return function;
}

void set_activation_caller(ActivationCaller caller) { g_caller = caller; }

}  // namespace keras
