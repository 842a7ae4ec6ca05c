// Saving: the config of a file, and which weights go to and come from which path. Formats are the
// host's business.
#include <map>
#include <string>
#include <vector>

#include "bindings/guard.h"
#include "bindings/handles.h"
#include "json/write.h"
#include "saving/model_record.h"
#include "saving/weight_store.h"

namespace keras::bindings {
namespace {

std::string saving_config(const ObjectHandle& model) { return saved_config(*model.as<Model>()); }

// Revived inside of the scopes that the host opened (custom objects, safe mode).
ObjectHandlePtr saving_model_from_config(const std::string& text, bool compile, bool legacy) {
  const RevivalOptions options{.compile = compile};
  return make_handle(std::static_pointer_cast<Object>(
      legacy ? model_from_legacy_config(text, options) : model_from_saved_config(text, options)));
}

// The objects of a model with their paths, walked once.
class SavedObjectsHandle final : public Handle {
 public:
  explicit SavedObjectsHandle(std::vector<SavedObject> objects) : objects(std::move(objects)) {}
  const std::vector<SavedObject> objects;
};
using SavedObjectsPtr = std::shared_ptr<SavedObjectsHandle>;

SavedObjectsPtr saving_objects(const ObjectHandle& layer) {
  std::vector<SavedObject> objects = saved_objects(layer.as<Layer>());
  take_names_of_visits(objects.size());
  return std::make_shared<SavedObjectsHandle>(std::move(objects));
}

// [[path, name, number of variables, layer's class], ...]
std::string saving_objects_info(const SavedObjectsHandle& saved) {
  json::Array rows;
  for (const SavedObject& object : saved.objects) {
    rows.push_back(json::Array{object.path, object.layer->name(),
                               static_cast<int64_t>(object.layer->own_weights().size())});
  }
  return json::write(rows);
}

TensorHandlePtr saving_value(const SavedObjectsHandle& saved, int object, int index) {
  const auto variables = saved.objects.at(static_cast<size_t>(object)).layer->own_weights();
  return make_handle(variables.at(static_cast<size_t>(index))->stored_value());
}

// Values by path, or by layer for legacy files; filled by the host.
class WeightMapHandle final : public Handle, public WeightSource {
 public:
  int count(const std::string& path) override {
    const auto found = values.find(path);
    return found == values.end() ? 0 : static_cast<int>(found->second.size());
  }
  Tensor read(const std::string& path, int index) override {
    return values.at(path).at(static_cast<size_t>(index));
  }

  std::map<std::string, std::vector<Tensor>> values;
  std::vector<std::string> order;
};
using WeightMapPtr = std::shared_ptr<WeightMapHandle>;

WeightMapPtr saving_weight_map() { return std::make_shared<WeightMapHandle>(); }

// Announces a path, which may stay without values.
void saving_add_path(WeightMapHandle& map, const std::string& path) {
  if (map.values.emplace(path, std::vector<Tensor>()).second) map.order.push_back(path);
}

void saving_put(WeightMapHandle& map, const std::string& path, const TensorHandle& value) {
  saving_add_path(map, path);
  map.values[path].push_back(value.tensor);
}

// Returns the names of the layers that could not be loaded.
std::string saving_load(const ObjectHandle& layer, WeightMapHandle& map, bool skip_mismatch) {
  json::Array names;
  for (std::string& name : load_weights(layer.as<Layer>(), map, skip_mismatch))
    names.emplace_back(std::move(name));
  return json::write(names);
}

// Top-level weights of legacy files stand under this name.
constexpr const char* kTopLevel = "top_level_model_weights";

void saving_load_legacy(const ObjectHandle& model, WeightMapHandle& map, bool by_name,
                        bool skip_mismatch) {
  std::vector<LegacyLayerWeights> saved;
  for (const std::string& name : map.order) {
    if (name != kTopLevel) saved.push_back({name, map.values.at(name)});
  }
  load_legacy_weights(model.as<Model>()->layers(), saved, by_name, skip_mismatch);
}

}  // namespace

EMSCRIPTEN_BINDINGS(saving) {
  emscripten::class_<SavedObjectsHandle>("SavedObjectsHandle")
      .smart_ptr<SavedObjectsPtr>("SavedObjectsHandle");
  emscripten::class_<WeightMapHandle>("WeightMapHandle").smart_ptr<WeightMapPtr>("WeightMapHandle");
  bind<saving_config>("savingConfig");
  bind<saving_model_from_config>("savingModelFromConfig");
  bind<saving_objects>("savingObjects");
  bind<saving_objects_info>("savingObjectsInfo");
  bind<saving_value>("savingValue");
  bind<saving_weight_map>("savingWeightMap");
  bind<saving_add_path>("savingAddPath");
  bind<saving_put>("savingPut");
  bind<saving_load>("savingLoad");
  bind<saving_load_legacy>("savingLoadLegacy");
}

}  // namespace keras::bindings
