#include "ops/table/row.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "ops/core.h"
#include "serialization/serialize.h"
#include "tensor/variable.h"

namespace keras::ops {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Up to the next comma outside of parentheses, which is removed from `text`.
std::string_view take_item(std::string_view& text) {
  int depth = 0;
  size_t end = 0;
  for (; end < text.size(); ++end) {
    if (text[end] == '(') ++depth;
    if (text[end] == ')') --depth;
    if (text[end] == ',' && depth == 0) break;
  }
  const std::string_view item = trimmed(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return item;
}

// The Python literals that stand as defaults.
Tree literal(std::string_view text) {
  if (text == "None") return {};
  if (text == "True") return true;
  if (text == "False") return false;
  if (text.front() == '\'') return std::string(text.substr(1, text.size() - 2));
  if (text.front() == '(') {
    std::string_view inner = text.substr(1, text.size() - 2);
    Tree::Sequence items;
    while (!inner.empty()) items.push_back(literal(take_item(inner)));
    return Tree::tuple(std::move(items));
  }
  if (text.find_first_of(".e") == text.npos) {
    int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }
  return std::stod(std::string(text));
}

}  // namespace

std::vector<OpParameter> parse_signature(std::string_view text) {
  using Kind = OpParameter::Kind;
  std::vector<OpParameter> parameters;
  while (!text.empty()) {
    std::string_view item = take_item(text);
    OpParameter parameter;
    if (item.starts_with("**")) {
      parameter.kind = Kind::kAnyKeyword;
      item.remove_prefix(2);
    } else if (item.starts_with("*")) {
      parameter.kind = Kind::kAnyCount;
      item.remove_prefix(1);
    } else if (item.starts_with(".") || item.starts_with("~")) {
      parameter.kind = item.front() == '.' ? Kind::kField : Kind::kKeyword;
      item.remove_prefix(1);
    }
    const size_t equals = item.find('=');
    parameter.name = item.substr(0, equals);
    if (equals != item.npos) parameter.default_value = literal(item.substr(equals + 1));
    parameters.push_back(std::move(parameter));
  }
  return parameters;
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

Operand OpCall::operand(std::string_view name) const { return arg(name); }

Tensor OpCall::tensor(std::string_view name) const {
  const Tree& value = arg(name);
  return value.is_none() ? Tensor() : Operand(value).tensor();
}

std::vector<Tensor> OpCall::tensors(std::string_view name) const {
  const Tree& value = arg(name);
  std::vector<Tensor> tensors;
  if (value.is_tensor()) return unstack(value.as_tensor());
  for (const Tree& item : value.items()) tensors.push_back(Operand(item).tensor());
  return tensors;
}

int64_t OpCall::integer(std::string_view name) const {
  const json::Value& value = field(name);
  return value.is_bool() ? value.as_bool() : value.as_int();
}

std::optional<int64_t> OpCall::optional_integer(std::string_view name) const {
  return is_none(name) ? std::nullopt : std::optional(integer(name));
}

std::optional<double> OpCall::optional_number(std::string_view name) const {
  return is_none(name) ? std::nullopt : std::optional(number(name));
}

std::optional<DType> OpCall::dtype(std::string_view name) const {
  const json::Value& value = field(name);
  if (value.is_null()) return std::nullopt;
  if (value.is_string() && value.as_string() == "float") return DType::kFloat32;
  return parse_dtype(value.as_string());
}

std::vector<int64_t> OpCall::integers(std::string_view name) const {
  const json::Value& value = field(name);
  if (!value.is_array()) return {integer(name)};
  std::vector<int64_t> out;
  for (const json::Value& item : value.as_array()) {
    out.push_back(item.is_null() ? kNone : item.as_int());
  }
  return out;
}

int64_t size_of(const Tree& value) {
  if (value.is_none()) return kNone;
  const int64_t size = value.as_int();
  return size == 0 && ShapesOnlyScope::active() ? kNone : size;
}

int64_t OpCall::size(std::string_view name) const { return size_of(Tree::from_json(field(name))); }

std::vector<int64_t> OpCall::sizes(std::string_view name) const {
  const json::Value& value = field(name);
  if (!value.is_array()) return {size(name)};
  std::vector<int64_t> out;
  for (const json::Value& item : value.as_array()) out.push_back(size_of(Tree::from_json(item)));
  return out;
}

std::string OpCall::data_format() const {
  const json::Value& value = field("data_format");
  return value.is_null() ? "channels_last" : value.as_string();
}

}  // namespace keras::ops
