// Models: creation, layers and tensors, prediction, summary, JSON.
#include <algorithm>

#include "base/error.h"
#include "bindings/callbacks.h"
#include "bindings/codec/codec.h"
#include "bindings/codec/handles.h"
#include "bindings/guard.h"
#include "models/batches.h"
#include "models/functional/functional.h"
#include "models/sequential.h"
#include "models/summary/summary.h"
#include "runtime/plan.h"
#include "serialization/fields.h"
#include "serialization/live_objects.h"

namespace keras::bindings {
namespace {

std::optional<std::string> text_or_none(const Tree* value) {
  if (value == nullptr || value->is_none()) return std::nullopt;
  return value->as_string();
}

// {inputs, outputs, name, trainable}
ObjectHandlePtr functional_create(const Packed& packed) {
  const Tree options = unpack(packed);
  const Tree::Dict& given = options.as_dict();
  const Tree* trainable = given.find("trainable");
  return make_handle(std::static_pointer_cast<Object>(make_functional(
      *given.find("inputs"), *given.find("outputs"), text_or_none(given.find("name")),
      trainable->is_none() ? std::nullopt : std::optional(trainable->as_bool()))));
}

// {layers, name, trainable}
ObjectHandlePtr sequential_create(const Packed& packed) {
  const Tree options = unpack(packed);
  const Tree::Dict& given = options.as_dict();
  const Tree* trainable = given.find("trainable");
  return make_handle(std::static_pointer_cast<Object>(
      make_sequential(given.find("layers")->items(), text_or_none(given.find("name")),
                      trainable->is_none() || trainable->as_bool())));
}

void sequential_add(const ObjectHandle& handle, const Packed& layer, bool rebuild) {
  handle.as<Sequential>()->add(unpack(layer), rebuild);
}

ObjectHandlePtr sequential_pop(const ObjectHandle& handle) {
  return make_handle(std::static_pointer_cast<Object>(handle.as<Sequential>()->pop()));
}

// The uids as a JSON list: handles of ten thousand layers, most of them unused, would be slow.
template <class Items>
std::string uids_of(const Items& items) {
  json::Array uids;
  for (const auto& item : items) {
    publish_live_object(item);
    uids.emplace_back(static_cast<int64_t>(item->uid()));
  }
  return encode(uids);
}

std::string model_layers(const ObjectHandle& handle) {
  return uids_of(handle.as<Model>()->layers());
}

std::string model_operations(const ObjectHandle& handle) {
  return uids_of(handle.as<Model>()->operations());
}

// `selector` is {name} or {index}.
ObjectHandlePtr model_get_layer(const ObjectHandle& handle, const std::string& selector) {
  const json::Value value = decode(selector);
  const json::Value* name = value.find("name");
  const json::Value* index = value.find("index");
  return make_handle(std::static_pointer_cast<Object>(handle.as<Model>()->get_layer(
      name == nullptr ? std::nullopt : std::optional(name->as_string()),
      index == nullptr ? std::nullopt : std::optional(index->as_int()))));
}

Error has_no(const Model& model, const std::string& what) {
  return attribute_error("Model '" + model.name() + "' has no defined " + what + " yet.");
}

// The flat tensors as a list, or the tree given to the constructor.
Packed model_tensors(const ObjectHandle& handle, bool inputs, bool flat) {
  const auto model = handle.as<Model>();
  if (const auto functional = std::dynamic_pointer_cast<Functional>(model); functional && !flat) {
    return pack(inputs ? functional->input() : functional->output());
  }
  std::vector<Tensor> tensors;
  if (const auto functional = std::dynamic_pointer_cast<Functional>(model)) {
    tensors = inputs ? functional->inputs() : functional->outputs();
  } else if (const auto sequential = std::dynamic_pointer_cast<Sequential>(model)) {
    tensors = inputs ? sequential->inputs() : sequential->outputs();
  } else {
    throw has_no(*model, inputs ? "inputs" : "outputs");
  }
  if (!flat && tensors.size() == 1) return pack(tensors.front());
  return pack(Tree::list({tensors.begin(), tensors.end()}));
}

// --- Prediction ---

// `on_progress` is a function, or null.
Packed model_predict(const ObjectHandle& handle, const Packed& inputs, double batch_size,
                     const emscripten::val& on_progress) {
  const auto model = handle.as<Model>();
  return pack(predict_in_batches(*model, unpack(inputs), static_cast<int64_t>(batch_size),
                                 [&](int64_t done, int64_t total) {
                                   if (!on_progress.isNull())
                                     notify_js(on_progress, pack_arguments({done, total}));
                                 }));
}

// [[name, shape, seconds], ...] of the steps of the last plan, with the time of each since
// profiling began. Then starts or stops profiling.
std::string model_profile(const ObjectHandle& handle, bool on) {
  runtime::Plan* plan = handle.as<Model>()->last_plan();
  if (plan == nullptr) throw value_error("The model has not predicted anything by a plan.");
  json::Array steps;
  for (const auto& [name, shape, seconds] : plan->profile()) {
    steps.push_back(json::Array{name, FieldTraits<Shape>::write(shape), seconds});
  }
  plan->set_profiling(on);
  return encode(steps);
}

// --- Text ---

// {lineLength, positions, expandNested, showTrainable, layerRange}
std::string model_summary(const ObjectHandle& handle, const std::string& options) {
  const json::Value value = decode(options);
  SummaryOptions chosen;
  if (const json::Value* length = value.find("lineLength")) {
    // Longer lines are useless, and columns are added up as int.
    constexpr int64_t kLongest = 10'000;
    chosen.line_length = static_cast<int>(std::clamp<int64_t>(length->as_int(), 0, kLongest));
  }
  if (const json::Value* positions = value.find("positions")) {
    for (const json::Value& position : positions->as_array()) {
      chosen.positions.push_back(position.as_double());
    }
  }
  if (const json::Value* nested = value.find("expandNested"))
    chosen.expand_nested = nested->truthy();
  if (const json::Value* show = value.find("showTrainable")) chosen.show_trainable = show->truthy();
  if (const json::Value* range = value.find("layerRange")) {
    const json::Array& ends = range->as_array();
    if (ends.size() != 2) {
      raise_value_error(
          {"layer_range must be a list or tuple of length 2. Received: layer_range = ",
           repr(Tree::from_json(*range)), " of length ", std::to_string(ends.size())});
    }
    chosen.layer_range = {ends[0].as_string(), ends[1].as_string()};
  }
  return summary(*handle.as<Model>(), chosen);
}

std::string model_to_json(const ObjectHandle& handle) { return handle.as<Model>()->to_json(); }

std::string model_compile_config(const ObjectHandle& handle) {
  return encode(handle.as<Model>()->compile_config());
}

void model_set_compile_config(const ObjectHandle& handle, const std::string& config) {
  handle.as<Model>()->set_compile_config(decode(config));
}

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_model) {
  using namespace keras::bindings;
  bind<&functional_create>("functionalCreate");
  bind<&sequential_create>("sequentialCreate");
  bind<&sequential_add>("sequentialAdd");
  bind<&sequential_pop>("sequentialPop");
  bind<&model_layers>("modelLayers");
  bind<&model_operations>("modelOperations");
  bind<&model_get_layer>("modelGetLayer");
  bind<&model_tensors>("modelTensors");
  bind<&model_predict>("modelPredict");
  bind<&model_profile>("modelProfile");
  bind<&model_summary>("modelSummary");
  bind<&model_to_json>("modelToJson");
  bind<&model_compile_config>("modelCompileConfig");
  bind<&model_set_compile_config>("modelSetCompileConfig");
}
