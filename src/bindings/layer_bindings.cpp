// Operations and layers: calling them, their state, weights and shapes.
#include <emscripten/val.h>

#include "base/error.h"
#include "bindings/codec/codec.h"
#include "bindings/codec/handles.h"
#include "bindings/custom_classes/js_object.h"
#include "bindings/guard.h"
#include "layers/core/input_layer.h"
#include "layers/delegate.h"
#include "layers/preprocessing/adaptable.h"
#include "layers/preprocessing/vocabulary_holder.h"
#include "layers/rnn/reset_states.h"

namespace keras::bindings {
namespace {

using emscripten::val;

// --- Operations ---

std::string operation_name(const ObjectHandle& handle) { return handle.as<Operation>()->name(); }

void operation_set_name(const ObjectHandle& handle, const std::string& name) {
  handle.as<Operation>()->set_name(name);
}

// As calling the operation in Python.
Packed operation_apply(const ObjectHandle& handle, const Packed& packed) {
  auto [args, kwargs] = unpack_arguments(packed);
  return pack(handle.as<Operation>()->apply(std::move(args), std::move(kwargs)));
}

// Runs `call` of the core's class, without casting or masks. Builds an unbuilt layer first.
Packed operation_call(const ObjectHandle& handle, const Packed& packed) {
  const auto operation = handle.as<Operation>();
  const auto [args, kwargs] = unpack_arguments(packed);
  if (auto* js_object = dynamic_cast<JsLayer*>(operation.get())) {
    return pack(js_object->super_call(CallArgs(js_object->super_call_signature(), args, kwargs)));
  }
  const CallArgs bound(operation->call_signature(), args, kwargs);
  if (auto* layer = dynamic_cast<Layer*>(operation.get())) layer->build_for(bound);
  return pack(operation->call(bound));
}

Packed operation_input(const ObjectHandle& handle) { return pack(handle.as<Operation>()->input()); }

Packed operation_output(const ObjectHandle& handle) {
  return pack(handle.as<Operation>()->output());
}

// As keras.Input: the tensor of a new InputLayer.
TensorHandlePtr make_input_tensor(const Packed& packed) {
  const json::Value options = unpack_config(packed);
  auto layer = make_object<InputLayer>(kInputLayerClass);
  layer->configure(options.as_object());
  return make_handle(layer->tensor());
}

// --- State ---

// {trainable, built, computeDtype, variableDtype, path, supportsMasking}
std::string layer_state(const ObjectHandle& handle) {
  const auto layer = handle.as<Layer>();
  return encode(json::Object{{"trainable", layer->trainable()},
                             {"built", layer->built()},
                             {"computeDtype", dtype_name(layer->compute_dtype())},
                             {"variableDtype", dtype_name(layer->variable_dtype())},
                             {"path", layer->path()},
                             {"supportsMasking", layer->supports_masking()}});
}

void layer_set_trainable(const ObjectHandle& handle, bool trainable) {
  handle.as<Layer>()->set_trainable(trainable);
}

// Ignored for built-in layers, whose weights exist only after build().
void layer_set_built(const ObjectHandle& handle, bool built) {
  const auto layer = handle.as<Layer>();
  if (!built || dynamic_cast<JsLayer*>(layer.get()) != nullptr) layer->set_built(built);
}

ObjectHandlePtr layer_dtype_policy(const ObjectHandle& handle) {
  return make_handle(std::static_pointer_cast<Object>(handle.as<Layer>()->dtype_policy()));
}

void layer_set_dtype_policy(const ObjectHandle& handle, const Packed& policy) {
  const json::Value options = unpack_config(policy);
  handle.as<Layer>()->set_dtype_policy(get_dtype_policy(options));
}

// [[name, layer], ...]: the paths of a saved file below this layer.
Packed layer_saved_children(const ObjectHandle& handle) {
  Tree::Sequence items;
  for (const auto& [name, layer] : handle.as<Layer>()->saved_children()) {
    items.push_back(Tree::list({name, std::static_pointer_cast<Object>(layer)}));
  }
  return pack(Tree::list(std::move(items)));
}

// --- Weights ---

// `which` is "weights", "trainable", "nonTrainable", "variables" or "own".
val layer_variables(const ObjectHandle& handle, const std::string& which) {
  const auto layer = handle.as<Layer>();
  const Layer::Variables variables = which == "trainable"      ? layer->trainable_weights()
                                     : which == "nonTrainable" ? layer->non_trainable_weights()
                                     : which == "variables"    ? layer->variables()
                                     : which == "own"          ? layer->own_weights()
                                                               : layer->weights();
  val list = val::array();
  for (size_t i = 0; i < variables.size(); ++i) {
    list.set(static_cast<int>(i), std::make_shared<VariableHandle>(variables[i]));
  }
  return list;
}

// The values as they are stored, without a copy: assigning to a variable replaces its tensor.
val layer_get_weights(const ObjectHandle& handle) {
  val list = val::array();
  int i = 0;
  for (const Tensor& value : handle.as<Layer>()->get_weights()) list.set(i++, make_handle(value));
  return list;
}

void layer_set_weights(const ObjectHandle& handle, const val& values) {
  std::vector<Tensor> tensors;
  const auto count = values["length"].as<int>();
  for (int i = 0; i < count; ++i) tensors.push_back(values[i].as<TensorHandlePtr>()->tensor);
  handle.as<Layer>()->set_weights(tensors);
}

double layer_count_params(const ObjectHandle& handle) {
  return static_cast<double>(handle.as<Layer>()->count_params());
}

// Options {name, shape, initializer, dtype, trainable, regularizer, constraint}.
VariableHandlePtr layer_add_weight(const ObjectHandle& handle, const Packed& packed) {
  const json::Value options = unpack_config(packed);
  const auto layer = handle.as<Layer>();
  auto* js_object = dynamic_cast<JsLayer*>(layer.get());
  if (js_object == nullptr) {
    raise_type_error(
        {"addWeight() is for layers whose class is defined in JavaScript. Received: a ",
         std::string(layer->class_info().class_name)});
  }
  JsLayer::Weight weight;
  for (const auto& [key, value] : options.as_object()) {
    at_path(key, [&] {
      if (value.is_null()) return;
      if (key == "name") {
        weight.name = value.as_string();
      } else if (key == "shape") {
        weight.shape = FieldTraits<Shape>::read(value);
      } else if (key == "initializer") {
        weight.initializer = get_initializer(value);
      } else if (key == "dtype") {
        weight.dtype = parse_dtype(value.as_string());
      } else if (key == "trainable") {
        weight.trainable = value.truthy();
      } else if (key == "regularizer") {
        weight.regularizer = get_regularizer(value);
      } else if (key == "constraint") {
        weight.constraint = get_constraint(value);
      } else {
        raise_type_error({"Layer.add_weight() got an unexpected keyword argument '", key, "'"});
      }
    });
  }
  return std::make_shared<VariableHandle>(js_object->add_js_weight(weight));
}

// --- Shapes ---

// A list of shapes under the names of the build arguments, or one shape.
BuildShapes build_shapes(const Layer& layer, const std::string& text) {
  const json::Value value = decode(text);
  const std::vector<std::string> names = layer.build_arguments();
  BuildShapes shapes;
  const json::Array& list = value.as_array();
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string name = i < names.size() ? names[i] : "input_shape";
    shapes.items.emplace_back(name, shape_tree_from_json(list[i]));
  }
  if (shapes.items.empty()) {
    raise_type_error({"Layer.build() missing 1 required positional argument: 'input_shape'"});
  }
  return shapes;
}

// The shapes are a JSON list of the arguments.
void layer_build(const ObjectHandle& handle, const std::string& shapes) {
  const auto layer = handle.as<Layer>();
  layer->build(build_shapes(*layer, shapes));
}

void layer_super_build(const ObjectHandle& handle, const std::string& shapes) {
  const auto layer = handle.as<Layer>();
  if (auto* js_object = dynamic_cast<JsLayer*>(layer.get())) {
    js_object->super_build(build_shapes(*layer, shapes));
  }
}

// The method that a class inherits: a JavaScript class that overrides it gets the core's.
std::string layer_compute_output_shape(const ObjectHandle& handle, const std::string& shapes) {
  const auto layer = handle.as<Layer>();
  const BuildShapes arguments = build_shapes(*layer, shapes);
  auto* js_object = dynamic_cast<JsLayer*>(layer.get());
  const bool is_super = js_object != nullptr && js_object->defines("computeOutputShape");
  return encode(to_json(is_super ? js_object->super_compute_output_shape(arguments)
                                 : layer->compute_output_shape(arguments)));
}

Packed layer_compute_mask(const ObjectHandle& handle, const Packed& packed) {
  const auto layer = handle.as<Layer>();
  const auto [args, kwargs] = unpack_arguments(packed);
  auto* js_object = dynamic_cast<JsLayer*>(layer.get());
  return pack(js_object != nullptr ? js_object->super_compute_mask(args.at(0), args.at(1))
                                   : layer->compute_mask(args.at(0), args.at(1)));
}

// --- Preprocessing layers ---

Adaptable& adaptable(const LayerPtr& layer) {
  if (auto* found = layer_as<Adaptable>(layer.get())) return *found;
  raise_attribute_error({"'", layer->class_info().class_name, "' object has no attribute 'adapt'"});
}

VocabularyHolder& vocabulary_holder(const LayerPtr& layer) {
  if (auto* found = layer_as<VocabularyHolder>(layer.get())) return *found;
  raise_attribute_error(
      {"'", layer->class_info().class_name, "' object has no attribute 'get_vocabulary'"});
}

void layer_adapt(const ObjectHandle& handle, const TensorHandle& data) {
  adaptable(handle.as<Layer>()).adapt(data.tensor);
}

void layer_adapt_begin(const ObjectHandle& handle) { adaptable(handle.as<Layer>()).reset_state(); }

void layer_adapt_batch(const ObjectHandle& handle, const TensorHandle& batch) {
  adaptable(handle.as<Layer>()).update_state(batch.tensor);
}

void layer_adapt_end(const ObjectHandle& handle) { adaptable(handle.as<Layer>()).finalize_state(); }

std::string layer_vocabulary(const ObjectHandle& handle, bool special_tokens) {
  return encode(vocabulary_holder(handle.as<Layer>()).vocabulary(special_tokens));
}

// Both are JSON.
void layer_set_vocabulary(const ObjectHandle& handle, const std::string& tokens,
                          const std::string& idf_weights) {
  vocabulary_holder(handle.as<Layer>()).set_vocabulary(decode(tokens), decode(idf_weights));
}

double layer_vocabulary_size(const ObjectHandle& handle) {
  return static_cast<double>(vocabulary_holder(handle.as<Layer>()).vocabulary_size());
}

void layer_reset_state(const ObjectHandle& handle) { reset_states(handle.as<Layer>()); }

void layer_build_from_config(const ObjectHandle& handle, const std::string& config) {
  handle.as<Layer>()->apply_build_config(decode(config));
}

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_layer) {
  using namespace keras::bindings;
  bind<&operation_name>("operationName");
  bind<&operation_set_name>("operationSetName");
  bind<&operation_apply>("operationApply");
  bind<&operation_call>("operationCall");
  bind<&operation_input>("operationInput");
  bind<&operation_output>("operationOutput");
  bind<&make_input_tensor>("makeInput");
  bind<&layer_state>("layerState");
  bind<&layer_set_trainable>("layerSetTrainable");
  bind<&layer_set_built>("layerSetBuilt");
  bind<&layer_dtype_policy>("layerDTypePolicy");
  bind<&layer_set_dtype_policy>("layerSetDTypePolicy");
  bind<&layer_saved_children>("layerSavedChildren");
  bind<&layer_variables>("layerVariables");
  bind<&layer_get_weights>("layerGetWeights");
  bind<&layer_set_weights>("layerSetWeights");
  bind<&layer_count_params>("layerCountParams");
  bind<&layer_add_weight>("layerAddWeight");
  bind<&layer_build>("layerBuild");
  bind<&layer_super_build>("layerSuperBuild");
  bind<&layer_compute_output_shape>("layerComputeOutputShape");
  bind<&layer_compute_mask>("layerComputeMask");
  bind<&layer_build_from_config>("layerBuildFromConfig");
  bind<&layer_reset_state>("layerResetState");
  bind<&layer_adapt>("layerAdapt");
  bind<&layer_adapt_begin>("layerAdaptBegin");
  bind<&layer_adapt_batch>("layerAdaptBatch");
  bind<&layer_adapt_end>("layerAdaptEnd");
  bind<&layer_vocabulary>("layerVocabulary");
  bind<&layer_set_vocabulary>("layerSetVocabulary");
  bind<&layer_vocabulary_size>("layerVocabularySize");
}
