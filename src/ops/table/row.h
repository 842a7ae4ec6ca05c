// One operation of Keras: its class, its parameters and the C++ function that computes it. A row
// stands beside the function; operations.inc lists it.
#pragma once

#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ops/table/arguments.h"
#include "serialization/object.h"

namespace keras::ops {

using OpFunction = Tree (*)(const OpCall&);

struct OpRow {
  // Module `keras.src.ops.numpy` and class `Absolute`; empty for a function without a class, which
  // makes no graph nodes.
  ClassInfo class_info;
  // Python's parameters. A dot marks arguments of the constructor, a tilde arguments that graph
  // nodes pass by keyword: `x, .axis=None, .keepdims=False`.
  std::string_view signature;
  OpFunction call;
  std::span<const ParameterType> parameter_types;
  ValueType result_type;
  bool names_config = true;  // whether the config of the class has the operation's name in Keras

  std::string_view class_name() const { return class_info.class_name; }
};

// A result that is a tuple of tensors in Python; std::vector<Tensor> is a list.
struct TensorTuple {
  std::vector<Tensor> tensors;
};

// A result whose Python type depends on arguments; declared as kType.
template <ValueType kType>
struct Result {
  Tree value;
};

// The Python value and the declared type of each type that functions return.
template <class T>
struct ResultOf;
template <>
struct ResultOf<Tensor> {
  static constexpr ValueType kType = ValueType::kTensor;
  static Tree tree(Tensor value) { return value; }
};
template <>
struct ResultOf<std::vector<Tensor>> {
  static constexpr ValueType kType = ValueType::kTensors;
  static Tree tree(const std::vector<Tensor>& tensors) {
    return Tree::list(Tree::Sequence(tensors.begin(), tensors.end()));
  }
};
template <>
struct ResultOf<TensorTuple> {
  static constexpr ValueType kType = ValueType::kTensors;
  static Tree tree(const TensorTuple& tuple) {
    return Tree::tuple(Tree::Sequence(tuple.tensors.begin(), tuple.tensors.end()));
  }
};
template <>
struct ResultOf<Shape> {
  static constexpr ValueType kType = ValueType::kShape;
  static Tree tree(const Shape& shape) {
    Tree::Sequence sizes;
    for (const int64_t size : shape) sizes.push_back(size == kNone ? Tree() : Tree(size));
    return Tree::tuple(std::move(sizes));
  }
};
template <>
struct ResultOf<bool> {
  static constexpr ValueType kType = ValueType::kBool;
  static Tree tree(bool value) { return value; }
};
template <>
struct ResultOf<std::string> {
  static constexpr ValueType kType = ValueType::kString;
  static Tree tree(std::string value) { return value; }
};
template <ValueType kValueType>
struct ResultOf<Result<kValueType>> {
  static constexpr ValueType kType = kValueType;
  static Tree tree(Result<kValueType> result) { return std::move(result.value); }
};

template <class T>
inline constexpr ParameterType kParameterType{Argument<T>::kType, false};
template <class T>
inline constexpr ParameterType kParameterType<std::optional<T>>{Argument<T>::kType, true};

template <ParameterType... kTypes>
inline constexpr ParameterType kTypeList[] = {kTypes...};

// Reads the arguments that a function of this type takes; one instance per type.
template <class R, class... P, size_t... kPosition>
[[gnu::noinline]] Tree call_with_arguments(R (*function)(P...), const OpCall& call,
                                           std::index_sequence<kPosition...>) {
  return ResultOf<R>::tree(function(Argument<std::remove_cvref_t<P>>::read(call, kPosition)...));
}

consteval size_t count_parameters(std::string_view signature) {
  size_t count = 1;
  int depth = 0;
  for (const char c : signature) {
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c == ',' && depth == 0) ++count;
  }
  return count;
}

template <auto kFunction>
struct OpAdapter;
template <class R, class... P, R (*kFunction)(P...)>
struct OpAdapter<kFunction> {
  static Tree call(const OpCall& call) {
    return call_with_arguments(kFunction, call, std::index_sequence_for<P...>());
  }
  static consteval OpRow row(const ClassInfo& class_info, std::string_view signature,
                             bool names_config = true) {
    if (count_parameters(signature) != sizeof...(P)) {
      throw "The signature and the function have different numbers of parameters";
    }
    return {class_info,
            signature,
            &call,
            kTypeList<kParameterType<std::remove_cvref_t<P>>...>,
            ResultOf<R>::kType,
            names_config};
  }
};

std::unique_ptr<Object> create_row_operation(const OpRow& row);

}  // namespace keras::ops

// States the operation that `function` computes: KERAS_OP("ops.numpy", Diff, diff, "a, .n=1,
// .axis=-1"). The function takes one parameter for each of the signature, in that order. A fifth
// argument `false` leaves the name out of configs.
#define KERAS_OP(module_, Class, function, signature, ...)                                  \
  namespace rows {                                                                          \
  extern const OpRow Class;                                                                 \
  constinit const OpRow Class = OpAdapter<&ops::function>::row(                             \
      {.module = "keras.src." module_,                                                      \
       .class_name = #Class,                                                                \
       .registered_name = #Class,                                                           \
       .family = Family::kOperation,                                                        \
       .create = +[]() -> std::unique_ptr<Object> { return create_row_operation(Class); }}, \
      signature __VA_OPT__(, ) __VA_ARGS__);                                                \
  }

// The same for a function of keras.ops that has no operation class.
#define KERAS_FUNCTION(name, function, signature)                             \
  namespace rows {                                                            \
  extern const OpRow name;                                                    \
  constinit const OpRow name = OpAdapter<&ops::function>::row({}, signature); \
  }
