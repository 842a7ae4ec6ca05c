// The activation a config names: a built-in function, a custom one, or a layer used as one
// (keras/src/activations/__init__.py). Says which one; `ops::activate` computes it.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "serialization/fields.h"
#include "serialization/function.h"
#include "serialization/object.h"

namespace keras {

enum class ActivationKind : unsigned char {
#define ACTIVATION(kind, name) kind,
#include "activations/activations.inc"
#undef ACTIVATION
};

// Keras's name of it (`relu`).
std::string_view activation_name(ActivationKind kind);
// The kind of that name or alias (`swish`, `hard_swish`).
std::optional<ActivationKind> find_activation(std::string_view name);

class Activation {
 public:
  Activation() = default;  // linear
  Activation(ActivationKind kind) : kind_(kind) {}
  explicit Activation(std::shared_ptr<Function> function);
  explicit Activation(std::shared_ptr<Object> layer) : object_(std::move(layer)) {}

  bool is_builtin() const { return !function_ && !object_; }
  bool is_linear() const { return is_builtin() && kind_ == ActivationKind::kLinear; }
  // Which built-in; kLinear for the others.
  ActivationKind kind() const { return kind_; }
  // The custom function, null for the others.
  const std::shared_ptr<Function>& function() const { return function_; }
  // The layer, null for the others.
  const std::shared_ptr<Object>& object() const { return object_; }

  bool operator==(const Activation&) const = default;

 private:
  ActivationKind kind_ = ActivationKind::kLinear;
  std::shared_ptr<Function> function_;
  std::shared_ptr<Object> object_;
};

// As keras.activations.get. Throws ValueError "Could not interpret activation function identifier:
// zzz".
Activation get_activation(const json::Value& identifier);
// As keras.activations.serialize: the name of a built-in, else the record.
json::Value serialize_activation(const Activation& activation);

// A built-in as a function that can be called and passed around.
class ActivationFunction final : public Function {
 public:
  explicit ActivationFunction(ActivationKind kind);
  ActivationKind kind() const { return kind_; }
  Tree call(const Tree::Sequence& args, const Tree::Dict& kwargs) override;

 private:
  ActivationKind kind_;
};

// The one function object of a built-in; null for an unknown name. It is what
// `register_functions("activations", ...)` takes.
std::shared_ptr<Function> find_activation_function(std::string_view name);

// How calls of those functions are computed; installed by ops.
using ActivationCaller = Tree (*)(ActivationKind kind, const Tree::Sequence& args,
                                  const Tree::Dict& kwargs);
void set_activation_caller(ActivationCaller caller);

template <>
struct FieldTraits<Activation> {
  static Activation read(const json::Value& value) { return get_activation(value); }
  static json::Value write(const Activation& activation) {
    return serialize_activation(activation);
  }
  static constexpr bool kAssignable = true;
  static constexpr FieldRole kRole = FieldRole::kActivation;
  static constexpr std::string_view kTypeScript = "ActivationIdentifier | null";
};

}  // namespace keras
