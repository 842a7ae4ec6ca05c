#include "layers/argument_validation.h"

#include <set>

#include "base/error.h"
#include "base/lists.h"
#include "json/repr.h"
#include "serialization/deserialize.h"
#include "serialization/serialize.h"

namespace keras {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

}  // namespace

void validate_string_arg(std::string_view value, std::initializer_list<std::string_view> allowed,
                         std::string_view caller, std::string_view argument) {
  std::string list;
  for (const std::string_view each : allowed) {
    if (value == each) return;
    append_item(list, repr_string(each));
  }
  raise_value_error({"Unknown value for `", argument, "` argument of ", caller,
                     ". Allowed values are: (", list, "). Received: ", argument, "=", value});
}

json::Value plain_list(const json::Value& value) {
  if (!value.may_be_keras_object()) return value;
  const Tree revived = deserialize_keras_object(value);
  if (revived.is_tensor()) return nested_values(revived.as_tensor());
  if (revived.is_ndarray()) return nested_values(revived.as_ndarray().data);
  return value;
}

std::string python_str(const json::Value& value) {
  return value.is_string() ? value.as_string() : repr(value);
}

std::string repr_tuple(const std::vector<int64_t>& values) {
  std::string items;
  for (const int64_t value : values) append_item(items, std::to_string(value));
  return "(" + items + (values.size() == 1 ? ",)" : ")");
}

json::Value json_list(const std::vector<int64_t>& values) {
  return json::Array(values.begin(), values.end());
}

Ints standardize_tuple(const json::Value& value, int n, std::string_view name, bool allow_zero) {
  const auto message = [&] {
    return "The `" + std::string(name) + "` argument must be a tuple of " + std::to_string(n) +
           " integers. Received " + std::string(name) + "=" + python_str(value);
  };
  Ints out;
  if (value.is_int() || value.is_bool()) {
    out.assign(static_cast<size_t>(n), value.is_int() ? value.as_int() : int64_t{value.as_bool()});
  } else if (value.is_array() && value.as_array().size() == static_cast<size_t>(n)) {
    for (const json::Value& item : value.as_array()) {
      if (!item.is_number()) {
        raise_value_error({message(), "including element ", python_str(item), " of type <class '",
                           std::string(python_type_name(item)), "'>"});
      }
      out.push_back(item.as_int());
    }
  } else {
    raise_value_error({message()});
  }
  std::set<int64_t> unqualified;
  for (const int64_t item : out) {
    if (item < (allow_zero ? 0 : 1)) unqualified.insert(item);
  }
  if (!unqualified.empty()) {
    std::string set;
    for (const int64_t item : unqualified) append_item(set, std::to_string(item));
    raise_value_error({message(), ", including values {", set, "} that do not satisfy `value ",
                       (allow_zero ? ">= 0`" : "> 0`")});
  }
  return out;
}

void IntTuple::standardize(int n, std::string_view name, bool allow_zero) {
  values_ = standardize_tuple(given_, n, name, allow_zero);
  given_ = json_list(values_);
}

std::string repr(const IntTuple& tuple) { return repr_tuple(tuple.values()); }

std::string standardize_padding(std::string_view padding, bool allow_causal) {
  std::string name = lower(padding);
  if (name == "valid" || name == "same" || (allow_causal && name == "causal")) return name;
  raise_value_error({std::string("The `padding` argument must be a list/tuple or one of "),
                     (allow_causal ? "{'valid', 'same', 'causal'}" : "{'valid', 'same'}"),
                     ". Received: ", name});
}

DataFormat FieldTraits<DataFormat>::read(const json::Value& value) {
  if (value.is_null()) return {};
  const std::string name = lower(python_str(value));
  if (name != "channels_first" && name != "channels_last") {
    raise_value_error(
        {"The `data_format` argument must be one of {'channels_first', 'channels_last'}. Received: "
         "data_format=",
         name});
  }
  return {.channels_first = name == "channels_first"};
}

int64_t dim_at(const Shape& shape, int64_t axis) {
  const int64_t at = axis < 0 ? axis + shape.rank() : axis;
  if (at < 0 || at >= shape.rank()) raise_index_error({"tuple index out of range"});
  return shape[static_cast<int>(at)];
}

void check_axes(const json::Value& axes, const Shape& shape) {
  const auto check = [&](int64_t axis) {
    if (axis < shape.rank() && axis >= -shape.rank()) return;
    raise_value_error({"Axis ", std::to_string(axis), " is out of bounds for input shape ",
                       repr(shape), ". Received: axis=", python_str(axes)});
  };
  if (!axes.is_array()) return check(axes.as_int());
  for (const json::Value& axis : axes.as_array()) check(axis.as_int());
}

}  // namespace keras
