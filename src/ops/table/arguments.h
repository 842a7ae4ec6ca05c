// The arguments of one call of an operation, and how each C++ parameter type reads its own.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/call_signature.h"
#include "json/value.h"
#include "ops/common/operand.h"
#include "serialization/fields.h"
#include "tree/tree.h"

namespace keras::ops {

// What an argument or a result is in the TypeScript declarations.
enum class ValueType : unsigned char {
  kAny,
  kTensor,
  kTensors,
  kAxes,
  kInt,
  kInts,
  kSize,
  kShape,
  kFloat,
  kBool,
  kString,
  kDType,
  kNdarray,
};

struct OpParameter {
  enum class Kind : unsigned char {
    kCall,        // an argument of the operation's call
    kKeyword,     // the same, passed by keyword in graph nodes
    kField,       // an argument of the constructor: part of the config
    kAnyCount,    // *operands
    kAnyKeyword,  // **axes_lengths
  };
  std::string name;
  Kind kind = Kind::kCall;
  std::optional<Tree> default_value;
  int index = 0;  // among the fields, or among the arguments of the call
};

// An argument as it was given, which the function reads itself; declared as kType.
template <ValueType kType>
struct Unread {
  Tree value;
};

// The arguments of one call, by position in the signature.
class OpCall {
 public:
  OpCall(const std::vector<OpParameter>& parameters, const CallArgs& args,
         std::span<const json::Value> fields, bool knows_given)
      : parameters_(parameters), args_(args), fields_(fields), knows_given_(knows_given) {}

  Tree tree(size_t position) const;
  json::Value json(size_t position) const;
  bool is_none(size_t position) const;
  // Whether the argument was passed, even as None. False where None and absence are the same.
  bool given(size_t position) const;
  bool is_any_count(size_t position) const {
    return parameters_[position].kind == OpParameter::Kind::kAnyCount;
  }
  const CallArgs& args() const { return args_; }
  // Null when the argument is one of the constructor.
  const Tree* call_argument(size_t position) const;
  const json::Value* field(size_t position) const;

 private:
  const std::vector<OpParameter>& parameters_;
  const CallArgs& args_;
  std::span<const json::Value> fields_;
  bool knows_given_;
};

// The declared type of a parameter; optional ones accept None.
struct ParameterType {
  ValueType type;
  bool is_optional;
};

// A value of a call as part of a config: tensors as lists. TypeError for what has no such form.
json::Value field_of(const Tree& value);

// Argument<T>::read(call, position) is the argument as a T; kType is its declared type.
template <class T>
struct Argument;

#define KERAS_ARGUMENT(Type, value_type)                      \
  template <>                                                 \
  struct Argument<Type> {                                     \
    static constexpr ValueType kType = ValueType::value_type; \
    static Type read(const OpCall& call, size_t position);    \
  }
KERAS_ARGUMENT(Tree, kAny);
KERAS_ARGUMENT(json::Value, kAny);
// The keyword arguments that no parameter names (`**axes_lengths`).
KERAS_ARGUMENT(Tree::Dict, kAny);
KERAS_ARGUMENT(Operand, kTensor);
// No tensor for None.
KERAS_ARGUMENT(Tensor, kTensor);
// A list of tensors, one tensor along its first axis, or all positional arguments (`*operands`).
KERAS_ARGUMENT(std::vector<Tensor>, kTensors);
KERAS_ARGUMENT(Axes, kAxes);
KERAS_ARGUMENT(int64_t, kInt);
KERAS_ARGUMENT(Ints, kInts);
KERAS_ARGUMENT(std::vector<int64_t>, kInts);
KERAS_ARGUMENT(Size, kSize);
KERAS_ARGUMENT(Sizes, kShape);
// ValueError for negative dimensions.
KERAS_ARGUMENT(Shape, kShape);
KERAS_ARGUMENT(double, kFloat);
KERAS_ARGUMENT(bool, kBool);
KERAS_ARGUMENT(std::string, kString);
// Empty for None.
template <>
struct Argument<std::string_view> {
  static constexpr ValueType kType = ValueType::kString;
  static std::string read(const OpCall& call, size_t position);
};
KERAS_ARGUMENT(DataFormat, kString);
// float32 for None, as Keras's standardize_dtype.
KERAS_ARGUMENT(DType, kDType);
// While shapes are inferred, None that was passed is a value that is not known yet.
KERAS_ARGUMENT(std::optional<Operand>, kTensor);
KERAS_ARGUMENT(std::optional<Size>, kSize);
#undef KERAS_ARGUMENT

template <ValueType kValueType>
struct Argument<Unread<kValueType>> {
  static constexpr ValueType kType = kValueType;
  static Unread<kValueType> read(const OpCall& call, size_t position) {
    return {call.tree(position)};
  }
};

template <class T>
struct Argument<std::optional<T>> {
  static constexpr ValueType kType = Argument<T>::kType;
  static std::optional<T> read(const OpCall& call, size_t position) {
    if (call.is_none(position)) return std::nullopt;
    return Argument<T>::read(call, position);
  }
};

}  // namespace keras::ops
