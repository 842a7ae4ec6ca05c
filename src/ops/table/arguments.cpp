#include "ops/table/arguments.h"

#include "base/error.h"
#include "ops/core.h"
#include "serialization/serialize.h"
#include "tensor/variable.h"

namespace keras::ops {
namespace {

bool is_unknown(const OpCall& call, size_t position) {
  return ShapesOnlyScope::active() && call.given(position);
}

int64_t int_of(const json::Value& value) {
  return value.is_bool() ? value.as_bool() : value.as_int();
}

[[noreturn]] void refuse_negative(const Tree& shape) {
  raise_value_error(
      {"Cannot convert '", repr(shape), "' to a shape. Negative dimensions are not allowed."});
}

DType dtype_of(const json::Value& value) {
  if (value.is_null() || (value.is_string() && value.as_string() == "float")) {
    return DType::kFloat32;
  }
  return parse_dtype(value.as_string());
}

}  // namespace

const Tree* OpCall::call_argument(size_t position) const {
  const OpParameter& parameter = parameters_[position];
  return parameter.kind == OpParameter::Kind::kField ? nullptr : &args_.at(parameter.index);
}

const json::Value* OpCall::field(size_t position) const {
  const OpParameter& parameter = parameters_[position];
  return parameter.kind == OpParameter::Kind::kField
             ? &fields_[static_cast<size_t>(parameter.index)]
             : nullptr;
}

Tree OpCall::tree(size_t position) const {
  const Tree* argument = call_argument(position);
  return argument != nullptr ? *argument : Tree::from_json(*field(position));
}

json::Value OpCall::json(size_t position) const {
  const json::Value* value = field(position);
  return value != nullptr ? *value : field_of(*call_argument(position));
}

bool OpCall::is_none(size_t position) const {
  const Tree* argument = call_argument(position);
  return argument != nullptr ? argument->is_none() : field(position)->is_null();
}

bool OpCall::given(size_t position) const {
  return knows_given_ && args_.given(parameters_[position].name);
}

json::Value field_of(const Tree& value) {
  if (value.is_sequence()) {
    json::Array array;
    for (const Tree& item : value.items()) array.push_back(field_of(item));
    return array;
  }
  if (value.is_tensor() && value.as_tensor().has_data()) return nested_values(value.as_tensor());
  if (value.is_ndarray()) return nested_values(value.as_ndarray().data);
  if (value.is_tensor()) {
    raise_type_error(
        {"A KerasTensor cannot be an argument of an operation's constructor. Received: ",
         repr(value)});
  }
  return serialize_keras_object(value);
}

Tree Argument<Tree>::read(const OpCall& call, size_t position) { return call.tree(position); }

json::Value Argument<json::Value>::read(const OpCall& call, size_t position) {
  return call.json(position);
}

Tree::Dict Argument<Tree::Dict>::read(const OpCall& call, size_t) { return call.args().extra(); }

Operand Argument<Operand>::read(const OpCall& call, size_t position) {
  const Tree* argument = call.call_argument(position);
  return argument != nullptr ? Operand(*argument) : Operand(call.tree(position));
}

Tensor Argument<Tensor>::read(const OpCall& call, size_t position) {
  return call.is_none(position) ? Tensor() : Argument<Operand>::read(call, position).tensor();
}

std::vector<Tensor> Argument<std::vector<Tensor>>::read(const OpCall& call, size_t position) {
  std::vector<Tensor> tensors;
  const auto append = [&](const Tree::Sequence& items) {
    for (const Tree& item : items) tensors.push_back(Operand(item).tensor());
  };
  if (call.is_any_count(position)) {
    append(call.args().rest());
    return tensors;
  }
  const Tree* argument = call.call_argument(position);
  const Tree value = argument == nullptr ? call.tree(position) : Tree();
  const Tree& list = argument == nullptr ? value : *argument;
  if (list.is_tensor()) return unstack(list.as_tensor());
  append(list.items());
  return tensors;
}

Axes Argument<Axes>::read(const OpCall& call, size_t position) {
  const json::Value* field = call.field(position);
  return field != nullptr ? Axes(*field) : Axes(call.json(position));
}

int64_t Argument<int64_t>::read(const OpCall& call, size_t position) {
  return int_of(call.json(position));
}

Ints Argument<Ints>::read(const OpCall& call, size_t position) {
  const json::Value value = call.json(position);
  if (!value.is_array()) return {int_of(value)};
  Ints ints;
  for (const json::Value& item : value.as_array()) {
    ints.push_back(item.is_null() ? kNone : item.as_int());
  }
  return ints;
}

std::vector<int64_t> Argument<std::vector<int64_t>>::read(const OpCall& call, size_t position) {
  return Argument<Ints>::read(call, position);
}

Size Argument<Size>::read(const OpCall& call, size_t position) {
  return size_of(Tree::from_json(call.json(position)));
}

Sizes Argument<Sizes>::read(const OpCall& call, size_t position) {
  const Tree value = Tree::from_json(call.json(position));
  if (!value.is_sequence()) return {size_of(value)};
  Sizes sizes;
  for (const Tree& item : value.items()) sizes.push_back(size_of(item));
  return sizes;
}

Shape Argument<Shape>::read(const OpCall& call, size_t position) {
  const Tree value = Tree::from_json(call.json(position));
  const auto dimension = [&](const Tree& size) {
    if (!size.is_none() && size.as_int() < 0) refuse_negative(call.tree(position));
    return size_of(size);
  };
  if (!value.is_sequence()) return {dimension(value)};
  Shape shape;
  for (const Tree& item : value.items()) shape.push_back(dimension(item));
  return shape;
}

double Argument<double>::read(const OpCall& call, size_t position) {
  return call.json(position).as_double();
}

bool Argument<bool>::read(const OpCall& call, size_t position) {
  return call.json(position).truthy();
}

std::string Argument<std::string>::read(const OpCall& call, size_t position) {
  return call.json(position).as_string();
}

std::string Argument<std::string_view>::read(const OpCall& call, size_t position) {
  const json::Value value = call.json(position);
  return value.is_null() ? "" : value.as_string();
}

DataFormat Argument<DataFormat>::read(const OpCall& call, size_t position) {
  const json::Value value = call.json(position);
  return value.is_null() ? DataFormat() : DataFormat(value.as_string());
}

DType Argument<DType>::read(const OpCall& call, size_t position) {
  return dtype_of(call.json(position));
}

std::optional<Operand> Argument<std::optional<Operand>>::read(const OpCall& call, size_t position) {
  if (!call.is_none(position)) return Argument<Operand>::read(call, position);
  if (is_unknown(call, position)) return Operand(Tensor::abstract({}, DType::kInt32));
  return std::nullopt;
}

std::optional<Size> Argument<std::optional<Size>>::read(const OpCall& call, size_t position) {
  if (!call.is_none(position)) return Argument<Size>::read(call, position);
  if (is_unknown(call, position)) return Size{};
  return std::nullopt;
}

}  // namespace keras::ops
