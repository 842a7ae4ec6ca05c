// The input specs of layers.
#include <algorithm>
#include <limits>

#include "bindings/codec/codec.h"
#include "bindings/codec/handles.h"
#include "bindings/guard.h"
#include "layers/layer.h"

namespace keras::bindings {
namespace {

template <class T>
json::Value optional_number(const std::optional<T>& value) {
  return value ? json::Value(static_cast<int64_t>(*value)) : json::Value();
}

// {shape, ndim, minNdim, maxNdim, axes: [[axis, size], ...], dtype, allowLastAxisSqueeze, name,
// optional}
json::Value spec_to_json(const InputSpec& spec) {
  json::Array axes;
  for (const auto& [axis, size] : spec.axes) {
    axes.push_back(json::Array{static_cast<int64_t>(axis), size});
  }
  return json::Object{
      {"shape", spec.shape ? FieldTraits<Shape>::write(*spec.shape) : json::Value()},
      {"ndim", optional_number(spec.ndim)},
      {"minNdim", optional_number(spec.min_ndim)},
      {"maxNdim", optional_number(spec.max_ndim)},
      {"axes", std::move(axes)},
      {"dtype", spec.dtype ? json::Value(dtype_name(*spec.dtype)) : json::Value()},
      {"allowLastAxisSqueeze", spec.allow_last_axis_squeeze},
      {"name", spec.name.empty() ? json::Value() : json::Value(spec.name)},
      {"optional", spec.optional}};
}

// An axis or a number of axes, clamped to int.
int axis_of(const json::Value& value) {
  using Limits = std::numeric_limits<int>;
  return static_cast<int>(std::clamp<int64_t>(value.as_int(), Limits::min(), Limits::max()));
}

InputSpec spec_from_json(const json::Value& value) {
  const json::Object& object = value.as_object();
  const auto number = [&](const char* key) {
    const json::Value& given = object.at(key);
    return given.is_null() ? std::nullopt : std::optional(axis_of(given));
  };
  InputSpec spec;
  const json::Value& shape = object.at("shape");
  if (!shape.is_null()) spec.shape = FieldTraits<Shape>::read(shape);
  spec.ndim = number("ndim");
  spec.min_ndim = number("minNdim");
  spec.max_ndim = number("maxNdim");
  for (const json::Value& row : object.at("axes").as_array()) {
    spec.axes[axis_of(row.as_array().at(0))] = row.as_array().at(1).as_int();
  }
  const json::Value& dtype = object.at("dtype");
  if (!dtype.is_null()) spec.dtype = parse_dtype(dtype.as_string());
  spec.allow_last_axis_squeeze = object.at("allowLastAxisSqueeze").truthy();
  const json::Value& name = object.at("name");
  if (!name.is_null()) spec.name = name.as_string();
  spec.optional = object.at("optional").truthy();
  return spec;
}

std::string layer_input_specs(const ObjectHandle& handle) {
  json::Array list;
  for (const InputSpec& spec : handle.as<Layer>()->input_specs())
    list.push_back(spec_to_json(spec));
  return encode(list);
}

void layer_set_input_specs(const ObjectHandle& handle, const std::string& text) {
  InputSpecs specs;
  const json::Value list = decode(text);
  for (const json::Value& value : list.as_array()) specs.push_back(spec_from_json(value));
  handle.as<Layer>()->set_input_specs(std::move(specs));
}

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_input_spec) {
  using namespace keras::bindings;
  bind<&layer_input_specs>("layerInputSpecs");
  bind<&layer_set_input_specs>("layerSetInputSpecs");
}
