#include "bindings/custom_classes/js_layer.h"

#include <algorithm>

#include "base/js_error.h"
#include "bindings/callbacks.h"
#include "layers/opaque_call.h"
#include "serialization/serialize.h"

namespace keras::bindings {
namespace {

// The arguments as the JavaScript method `call` takes them.
Tree call_arguments(const JsClass& js_class, const CallArgs& args) {
  Tree::Sequence positional;
  Tree::Dict keywords = args.extra();
  const auto& parameters = args.signature().parameters();
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Tree& value = args.at(static_cast<int>(i));
    if (i < js_class.positional) {
      positional.push_back(value);
    } else if (args.given(parameters[i].name)) {
      // Arguments that are not given get the defaults of the JavaScript method.
      keywords.set(parameters[i].name, value);
    }
  }
  for (const Tree& value : args.rest()) positional.push_back(value);
  return arguments_tree(positional, keywords);
}

Packed shapes_argument(const BuildShapes& shapes) {
  Tree::Sequence args;
  for (const auto& [name, tree] : shapes.items) args.push_back(Tree::from_json(to_json(tree)));
  return pack_arguments(args, {});
}

}  // namespace

Tree call_js_layer(Layer& layer, const JsClass& js_class, const CallArgs& args) {
  // Captures the uid, not the layer: the owner of the plan already holds the layer.
  return call_opaque(
      layer.name(), call_arguments(js_class, args),
      [uid = layer.uid()](const Tree& arguments) {
        return call_js_object(uid, "call", pack(arguments));
      },
      js_class.jit ? Jit::kOn : Jit::kOff);
}

void js_build(const Layer& layer, const BuildShapes& shapes) {
  call_js_object(layer.uid(), "build", shapes_argument(shapes));
}

ShapeTree js_compute_output_shape(const Layer& layer, const BuildShapes& shapes) {
  const Tree shape = call_js_object(layer.uid(), "computeOutputShape", shapes_argument(shapes));
  return shape_tree_from_json(serialize_keras_object(shape));
}

Tree js_compute_mask(const Layer& layer, const Tree& inputs, const Tree& previous_mask) {
  return call_js_object(layer.uid(), "computeMask", pack_arguments({inputs, previous_mask}));
}

std::vector<LayerPtr> js_sublayers(const Layer& layer) {
  const Tree found = call_js_object(layer.uid(), "sublayers", pack_arguments({}));
  std::vector<LayerPtr> out;
  for (const Tree& item : found.items()) {
    out.push_back(std::dynamic_pointer_cast<Layer>(item.as_object()));
  }
  return out;
}

std::vector<std::pair<std::string, LayerPtr>> js_saved_children(const Layer& layer) {
  const Tree found = call_js_object(layer.uid(), "savedChildren", pack_arguments({}));
  std::vector<std::pair<std::string, LayerPtr>> out;
  for (const Tree& item : found.items()) {
    const Tree::Sequence& pair = item.items();
    out.emplace_back(pair.at(0).as_string(),
                     std::dynamic_pointer_cast<Layer>(pair.at(1).as_object()));
  }
  return out;
}

NamedTensors js_saved_variables(const Layer& layer) {
  const Tree store = call_js_object(layer.uid(), "saveOwnVariables", pack_arguments({}));
  NamedTensors values;
  for (const auto& [name, value] : store.as_dict().members) {
    values.emplace_back(name, value.as_tensor());
  }
  return values;
}

void js_load_variables(const Layer& layer, const NamedTensors& store) {
  Tree::Dict values;
  for (const auto& [name, value] : store) values.set(name, value);
  call_js_object(layer.uid(), "loadOwnVariables", pack_arguments({values}));
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

void build_sublayers(const Layer& layer, FunctionRef<void()> infer) {
  const std::vector<LayerPtr> layers = layer.sublayers();
  if (std::all_of(layers.begin(), layers.end(), [](const LayerPtr& l) { return l->built(); }))
    return;
  try {
    infer();
  } catch (const Error& error) {
    // As in Keras, the first call builds what cannot be traced.
    if (is_recursion_error(error)) throw;
  }
}

}  // namespace keras::bindings
