// One operation of Keras as a row of a table: its class, functions, parameters and computation.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/call_signature.h"
#include "json/value.h"
#include "ops/common/operand.h"
#include "serialization/object.h"
#include "tree/tree.h"

namespace keras::ops {

// A parameter of a function of keras.ops.
struct OpParameter {
  enum class Kind : unsigned char {
    kCall,        // an argument of the operation's call: tensors
    kKeyword,     // the same, given by keyword in graph nodes
    kField,       // an argument of the constructor: part of the config
    kAnyCount,    // *operands
    kAnyKeyword,  // **axes_lengths
  };
  std::string name;
  Kind kind = Kind::kCall;
  std::optional<Tree> default_value;
};

// What a row computes with: the arguments of the call and the fields, by their names.
class OpCall {
 public:
  OpCall(const CallArgs& args, const json::Object& fields) : args_(args), fields_(fields) {}

  const Tree& arg(std::string_view name) const { return args_.get(name); }
  const CallArgs& args() const { return args_; }
  bool has(std::string_view name) const { return !arg(name).is_none(); }
  Operand operand(std::string_view name) const;
  // No tensor for None.
  Tensor tensor(std::string_view name) const;
  // A list of tensors.
  std::vector<Tensor> tensors(std::string_view name) const;

  const json::Value& field(std::string_view name) const { return fields_.at(name); }
  bool is_none(std::string_view name) const { return field(name).is_null(); }
  Axes axes(std::string_view name = "axis") const { return Axes(field(name)); }
  bool flag(std::string_view name) const { return field(name).truthy(); }
  int64_t integer(std::string_view name) const;
  std::optional<int64_t> optional_integer(std::string_view name) const;
  double number(std::string_view name) const { return field(name).as_double(); }
  std::optional<double> optional_number(std::string_view name) const;
  const std::string& string(std::string_view name) const { return field(name).as_string(); }
  std::optional<DType> dtype(std::string_view name = "dtype") const;
  // A number or a list of numbers; null in a list is kNone.
  std::vector<int64_t> integers(std::string_view name) const;
  // Sizes, of which some may be None.
  int64_t size(std::string_view name) const;
  std::vector<int64_t> sizes(std::string_view name) const;
  Shape shape(std::string_view name = "shape") const { return Shape(sizes(name)); }
  // "channels_last" for null.
  std::string data_format() const;

 private:
  const CallArgs& args_;
  const json::Object& fields_;
};

using OpFunction = Tree (*)(const OpCall&);

struct OpRow {
  std::string_view module;      // `keras.src.ops.numpy`
  std::string_view class_name;  // `Absolute`; empty for a function without a class
  std::string_view functions;   // `absolute abs`
  // As Python's function has them, with a dot in front of constructor arguments and a tilde in
  // front of call arguments that graph nodes have by keyword: `x, .axis=None, .keepdims=False`.
  std::string_view signature;
  OpFunction call;
};

// A size that a caller gives; kNone while it is not known. Where shapes are inferred that is also
// 0: what JavaScript makes of null times a number.
int64_t size_of(const Tree& value);

std::vector<OpParameter> parse_signature(std::string_view text);
// A value of a call as part of a config: tensors as lists. TypeError for what has no such form.
json::Value field_of(const Tree& value);

}  // namespace keras::ops
