#include "bindings/hosted_layer.h"

#include <algorithm>

#include "base/error.h"
#include "bindings/host.h"
#include "layers/opaque_call.h"
#include "serialization/serialize.h"

namespace keras::bindings {
namespace {

// {"args": [...], "kwargs": {...}} as the host's `call` takes them.
Nest call_arguments(const HostClass& host_class, const CallArgs& args) {
  Nest::Sequence positional;
  Nest::Dict keywords = args.extra();
  const auto& parameters = args.signature().parameters();
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Nest& value = args.at(static_cast<int>(i));
    if (i < host_class.positional) {
      positional.push_back(value);
    } else if (args.given(parameters[i].name)) {
      // What nobody gave is left to the defaults of the JavaScript method.
      keywords.set(parameters[i].name, value);
    }
  }
  for (const Nest& value : args.rest()) positional.push_back(value);
  return pack_arguments(positional, keywords);
}

Nest shapes_argument(const BuildShapes& shapes) {
  Nest::Sequence args;
  for (const auto& [name, tree] : shapes.items) args.push_back(Nest::from_json(to_json(tree)));
  return pack_arguments(args, {});
}

}  // namespace

Nest call_hosted_layer(Layer& layer, const HostClass& host_class, const CallArgs& args) {
  // The plan belongs to a model that holds the layer, or to the layer itself: it need not hold it
  // once more.
  return call_opaque(layer.name(), call_arguments(host_class, args),
                     [uid = layer.uid()](const Nest& arguments) {
                       return call_host_object(uid, "call", arguments);
                     });
}

void host_build(const Layer& layer, const BuildShapes& shapes) {
  call_host_object(layer.uid(), "build", shapes_argument(shapes));
}

ShapeTree host_compute_output_shape(const Layer& layer, const BuildShapes& shapes) {
  const Nest shape = call_host_object(layer.uid(), "computeOutputShape", shapes_argument(shapes));
  return shape_tree_from_json(serialize_keras_object(shape));
}

Nest host_compute_mask(const Layer& layer, const Nest& inputs, const Nest& previous_mask) {
  return call_host_object(layer.uid(), "computeMask", pack_arguments({inputs, previous_mask}, {}));
}

std::vector<LayerPtr> host_sublayers(const Layer& layer) {
  const Nest found = call_host_object(layer.uid(), "sublayers", pack_arguments({}, {}));
  std::vector<LayerPtr> out;
  for (const Nest& item : found.items()) {
    out.push_back(std::dynamic_pointer_cast<Layer>(item.as_object()));
  }
  return out;
}

std::vector<std::pair<std::string, LayerPtr>> host_saved_children(const Layer& layer) {
  const Nest found = call_host_object(layer.uid(), "savedChildren", pack_arguments({}, {}));
  std::vector<std::pair<std::string, LayerPtr>> out;
  for (const Nest& item : found.items()) {
    const Nest::Sequence& pair = item.items();
    out.emplace_back(pair.at(0).as_string(),
                     std::dynamic_pointer_cast<Layer>(pair.at(1).as_object()));
  }
  return out;
}

NamedTensors host_saved_variables(const Layer& layer) {
  const Nest store = call_host_object(layer.uid(), "saveOwnVariables", pack_arguments({}, {}));
  NamedTensors values;
  for (const auto& [name, value] : store.as_dict().members) {
    values.emplace_back(name, value.as_tensor());
  }
  return values;
}

void host_load_variables(const Layer& layer, const NamedTensors& store) {
  Nest::Dict values;
  for (const auto& [name, value] : store) values.set(name, value);
  call_host_object(layer.uid(), "loadOwnVariables", pack_arguments({values}, {}));
}

json::Object with_captured_arguments(const json::Object& config,
                                     const RegularizerPtr& activity_regularizer, bool autocast) {
  json::Object all;
  for (const auto& [key, value] : config) {
    if (key != "activity_regularizer") all.set(key, value);
    if (key == "name") {
      all.set("activity_regularizer", FieldTraits<RegularizerPtr>::write(activity_regularizer));
    }
  }
  all.set("autocast", autocast);
  return all;
}

void build_sublayers(Layer& layer, const HostClass& host_class, const BuildShapes& shapes) {
  const std::vector<LayerPtr> layers = layer.sublayers();
  if (std::all_of(layers.begin(), layers.end(), [](const LayerPtr& l) { return l->built(); }))
    return;
  Nest::Sequence args;
  for (const auto& [name, tree] : shapes.items) {
    args.push_back(map_shapes(tree, [&](const Shape& shape) {
      return Nest(Tensor::abstract(shape, layer.input_dtype()));
    }));
  }
  const InferenceScope scope;
  try {
    call_hosted_layer(layer, host_class, CallArgs(host_class.signature, args, {}));
  } catch (const Error& error) {
    // As Keras: what cannot be traced is built by the first call.
    if (error.kind() != ErrorKind::kHostError && error.kind() != ErrorKind::kNotImplementedError)
      throw;
  }
}

}  // namespace keras::bindings
