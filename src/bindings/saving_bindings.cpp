// Saving: configs, and the paths of weights. File formats are implemented in web/saving.
#include <string>
#include <vector>

#include "bindings/callbacks.h"
#include "bindings/codec/handles.h"
#include "bindings/custom_classes/js_object.h"
#include "bindings/guard.h"
#include "json/parse.h"
#include "json/write.h"
#include "models/legacy/hard_sigmoid.h"
#include "models/legacy/normalize.h"
#include "models/legacy/training_config.h"
#include "saving/file_order.h"
#include "saving/legacy_weights.h"
#include "saving/model_record.h"
#include "saving/saved_objects.h"
#include "saving/weight_store.h"
#include "serialization/live_objects.h"

namespace keras::bindings {
namespace {

std::string saving_config(const ObjectHandle& model) { return saved_config(*model.as<Model>()); }

// Converts the config of an older version of Keras to the current form.
std::string saving_normalized_config(const std::string& text, const std::string& version) {
  return json::write(normalized_config(json::parse(text), version));
}

// `null` when the file's optimizer is unknown.
std::string saving_compile_config(const std::string& training) {
  return json::write(compile_config_of_training(json::parse(training)));
}

void saving_rescale_hard_sigmoids(const ObjectHandle& model, const std::string& version) {
  rescale_hard_sigmoids(*model.as<Model>(), version);
}

// Empty for a model that is not compiled.
std::string saving_training_config(const ObjectHandle& model) {
  const json::Value config = training_config_of(model.as<Model>()->compile_config());
  return config.is_null() ? "" : json::write(config);
}

// Called inside the scopes that JavaScript opened (custom objects, safe mode).
ObjectHandlePtr saving_model_from_config(const std::string& text, bool compile, bool legacy) {
  const RevivalOptions options{.compile = compile};
  return make_handle(std::static_pointer_cast<Object>(
      legacy ? model_from_legacy_config(text, options) : model_from_saved_config(text, options)));
}

// The layers with these uids, a JSON list.
std::vector<LayerPtr> layers_of(const std::string& uids) {
  std::vector<LayerPtr> layers;
  const json::Value list = json::parse(uids);
  for (const json::Value& uid : list.as_array()) {
    const auto object = find_live_object(static_cast<uint64_t>(uid.as_int()));
    layers.push_back(std::dynamic_pointer_cast<Layer>(object));
  }
  return layers;
}

std::vector<const Layer*> pointers(const std::vector<LayerPtr>& layers) {
  std::vector<const Layer*> out;
  for (const LayerPtr& layer : layers) out.push_back(layer.get());
  return out;
}

// The objects of a model with their paths and stored values.
class SavedObjectsHandle final : public Handle {
 public:
  SavedObjectsHandle(const LayerPtr& root, const std::vector<LayerPtr>& skip) {
    for (SavedObject& object : saved_objects(root, pointers(skip))) {
      entries.push_back({std::move(object), {}});
      entries.back().values = own_variables(*entries.back().object.layer);
    }
  }
  struct Entry {
    SavedObject object;
    NamedTensors values;
  };
  std::vector<Entry> entries;
};
using SavedObjectsPtr = std::shared_ptr<SavedObjectsHandle>;

SavedObjectsPtr saving_objects(const ObjectHandle& layer, const std::string& skip) {
  auto saved = std::make_shared<SavedObjectsHandle>(layer.as<Layer>(), layers_of(skip));
  take_names_of_visits(saved->entries.size());
  return saved;
}

// [[path, name, names of the values], ...]
std::string saving_objects_info(const SavedObjectsHandle& saved) {
  json::Array rows;
  for (const auto& [object, values] : saved.entries) {
    json::Array names;
    for (const auto& [name, value] : values) names.emplace_back(name);
    rows.push_back(json::Array{object.path, object.layer->name(), std::move(names)});
  }
  return json::write(rows);
}

TensorHandlePtr saving_value(const SavedObjectsHandle& saved, int object, int index) {
  return make_handle(
      saved.entries.at(static_cast<size_t>(object)).values.at(static_cast<size_t>(index)).second);
}

// [[path, uid], ...] of all objects in the order of writing; the uid is 0 for built-in classes.
std::string saving_paths(const ObjectHandle& layer, const std::string& skip) {
  json::Array rows;
  const std::vector<LayerPtr> skipped = layers_of(skip);
  for (const SavedObject& object : saved_objects(layer.as<Layer>(), pointers(skipped))) {
    const bool js_object = dynamic_cast<const JsLayer*>(object.layer.get()) != nullptr;
    if (js_object) publish_live_object(object.layer);
    rows.push_back(
        json::Array{object.path, js_object ? static_cast<int64_t>(object.layer->uid()) : 0});
  }
  return json::write(rows);
}

NamedTensors named_tensors(const Tree& tree) {
  NamedTensors values;
  for (const auto& [name, value] : tree.as_dict().members)
    values.emplace_back(name, value.as_tensor());
  return values;
}

// A file that JavaScript has opened, read through a function.
class JsWeightSource final : public WeightSource {
 public:
  explicit JsWeightSource(emscripten::val read) : read_(std::move(read)) {}
  NamedTensors read(const std::string& path) override {
    return named_tensors(call_js_function(read_, pack_arguments({"read", path})));
  }
  bool has_group(const std::string& path) override {
    return call_js_function(read_, pack_arguments({"hasGroup", path})).as_bool();
  }

 private:
  emscripten::val read_;
};

// [[path in the model, path in the file], ...] where they differ, for an archive with this config.
std::string saving_reordered_paths(const ObjectHandle& model, const std::string& config) {
  json::Array rows;
  for (auto& [in_model, in_file] : reordered_paths(model.as<Model>(), json::parse(config))) {
    rows.push_back(json::Array{std::move(in_model), std::move(in_file)});
  }
  return json::write(rows);
}

// `skip` are uids of layers. Returns the names of the layers that could not be loaded.
std::string saving_load(const ObjectHandle& layer, const emscripten::val& source,
                        bool skip_mismatch, const std::string& skip) {
  JsWeightSource file(source);
  const std::vector<LayerPtr> skipped = layers_of(skip);
  const LoadOptions options{.skip_mismatch = skip_mismatch, .skip = pointers(skipped)};
  json::Array names;
  for (std::string& name : load_weights(layer.as<Layer>(), file, options)) {
    names.emplace_back(std::move(name));
  }
  return json::write(names);
}

// The weights by Keras's default rules: `super.saveOwnVariables()` of classes that override it.
Packed saving_own_weights(const ObjectHandle& layer) {
  Tree::Dict values;
  for (const auto& [name, value] : saved_weights(*layer.as<Layer>())) values.set(name, value);
  return pack(values);
}

void saving_load_own_weights(const ObjectHandle& layer, const Packed& store) {
  load_saved_weights(*layer.as<Layer>(), named_tensors(unpack(store)));
}

// --- Assets ---

// {path: {name: text}, ...} of the layers of built-in classes.
std::string saving_assets(const ObjectHandle& layer) {
  json::Object folders;
  for (const auto& [path, files] : saved_assets(layer.as<Layer>())) {
    json::Object texts;
    for (const auto& [name, text] : files) texts.set(name, text);
    folders.set(path, std::move(texts));
  }
  return json::write(folders);
}

// [path, ...] of the layers that load assets.
std::string saving_asset_paths(const ObjectHandle& layer) {
  json::Array paths;
  for (std::string& path : asset_paths(layer.as<Layer>())) paths.emplace_back(std::move(path));
  return json::write(paths);
}

// `folders` is as saving_assets() returns it.
void saving_load_assets(const ObjectHandle& layer, const std::string& folders) {
  std::vector<LayerAssets> assets;
  const json::Value parsed = json::parse(folders);
  for (const auto& [path, files] : parsed.as_object()) {
    assets.push_back({path, {}});
    for (const auto& [name, text] : files.as_object()) {
      assets.back().files.emplace_back(name, text.as_string());
    }
  }
  load_assets(layer.as<Layer>(), assets);
}

// --- Legacy files ---

// {layers: [[name, [values]], ...], topLevel: [values] or null}
LegacyWeights legacy_weights_of(const Tree& tree) {
  const auto tensors = [](const Tree& list) {
    std::vector<Tensor> values;
    for (const Tree& value : list.items()) values.push_back(value.as_tensor());
    return values;
  };
  const Tree::Dict& given = tree.as_dict();
  LegacyWeights weights;
  for (const Tree& row : given.find("layers")->items()) {
    weights.layers.push_back({row.items().at(0).as_string(), tensors(row.items().at(1))});
  }
  const Tree& top_level = *given.find("topLevel");
  if (!top_level.is_none()) weights.top_level = tensors(top_level);
  return weights;
}

// `config` is the model's config in the file; empty for files of weights only.
void saving_load_legacy(const ObjectHandle& model, const Packed& weights, bool by_name,
                        bool skip_mismatch, const std::string& config) {
  const json::Value record = config.empty() ? json::Value() : json::parse(config);
  load_legacy_weights(*model.as<Model>(), legacy_weights_of(unpack(weights)),
                      {.by_name = by_name, .skip_mismatch = skip_mismatch, .record = &record});
}

// {layers: [[name, [[path, value], ...]], ...], topLevel: [[path, value], ...]}
Packed saving_legacy_weights(const ObjectHandle& handle) {
  const auto rows = [](const Layer::Variables& variables) {
    Tree::Sequence out;
    for (const auto& variable : variables) {
      out.push_back(Tree::list({variable->path(), variable->stored_value()}));
    }
    return Tree::list(std::move(out));
  };
  const auto model = handle.as<Model>();
  Tree::Sequence layers;
  for (const LayerPtr& layer : model->layers()) {
    layers.push_back(Tree::list({layer->name(), rows(legacy_weights(*layer))}));
  }
  Tree::Dict out;
  out.set("layers", Tree::list(std::move(layers)));
  out.set("topLevel", rows(model->own_weights()));
  return pack(out);
}

std::string saving_legacy_config(const ObjectHandle& model) {
  return legacy_model_config(*model.as<Model>());
}

}  // namespace

EMSCRIPTEN_BINDINGS(saving) {
  emscripten::class_<SavedObjectsHandle>("SavedObjectsHandle")
      .smart_ptr<SavedObjectsPtr>("SavedObjectsHandle");
  bind<saving_config>("savingConfig");
  bind<saving_normalized_config>("savingNormalizedConfig");
  bind<saving_compile_config>("savingCompileConfig");
  bind<saving_rescale_hard_sigmoids>("savingRescaleHardSigmoids");
  bind<saving_training_config>("savingTrainingConfig");
  bind<saving_model_from_config>("savingModelFromConfig");
  bind<saving_objects>("savingObjects");
  bind<saving_objects_info>("savingObjectsInfo");
  bind<saving_value>("savingValue");
  bind<saving_paths>("savingPaths");
  bind<saving_reordered_paths>("savingReorderedPaths");
  bind<saving_load>("savingLoad");
  bind<saving_own_weights>("savingOwnWeights");
  bind<saving_load_own_weights>("savingLoadOwnWeights");
  bind<saving_assets>("savingAssets");
  bind<saving_asset_paths>("savingAssetPaths");
  bind<saving_load_assets>("savingLoadAssets");
  bind<saving_load_legacy>("savingLoadLegacy");
  bind<saving_legacy_weights>("savingLegacyWeights");
  bind<saving_legacy_config>("savingLegacyConfig");
}

}  // namespace keras::bindings
