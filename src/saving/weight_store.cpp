#include "saving/weight_store.h"

#include <map>
#include <set>

#include "base/error.h"
#include "base/naming.h"
#include "base/warning.h"
#include "json/repr.h"
#include "models/model.h"

namespace keras {
namespace {

std::string join(const std::string& parent, const std::string& child) {
  return parent.empty() ? child : parent + "/" + child;
}

class Walk {
 public:
  std::vector<SavedObject> objects;

  void visit(const LayerPtr& layer, const std::string& path) {
    if (!layer || !seen_.insert(layer.get()).second) return;
    objects.push_back({path, layer});
    if (const auto model = std::dynamic_pointer_cast<Model>(layer)) {
      visit_list(model->layers(), join(path, "layers"));
    }
    for (const auto& [attribute, child] : layer->saved_children()) visit(child, join(path, attribute));
  }

 private:
  // Members of a list go by their class: `dense`, `dense_1`; one that was visited still takes a number.
  void visit_list(const std::vector<LayerPtr>& layers, const std::string& path) {
    std::map<std::string, int> used;
    for (const LayerPtr& layer : layers) {
      const std::string name = to_snake_case(layer->class_info().class_name);
      const int number = used[name]++;
      visit(layer, join(path, number == 0 ? name : name + "_" + std::to_string(number)));
    }
  }

  std::set<const Layer*> seen_;
};

constexpr const char* kNeverBuiltHelp =
    "In most cases, this error indicates that either:\n\n1. The layer is owned by a parent layer that "
    "implements a `build()` method, but calling the parent's `build()` method did NOT create the state of "
    "the child layer '%'. A `build()` method must create ALL state for the layer, including the state of any "
    "children layers.\n\n2. You need to implement the `def build_from_config(self, config)` method on layer "
    "'%', to specify how to rebuild it during loading. In this case, you might also want to implement the "
    "method that generates the build config at saving time, `def get_build_config(self)`. The method "
    "`build_from_config()` is meant to create the state of the layer (i.e. its variables) upon "
    "deserialization.";

std::string with_name(std::string text, const std::string& name) {
  for (size_t at = text.find('%'); at != text.npos; at = text.find('%', at + name.size())) {
    text.replace(at, 1, name);
  }
  return text;
}

void load_own(Layer& layer, const std::string& path, WeightSource& source) {
  const Layer::Variables variables = layer.own_weights();
  const int count = source.count(path);
  if (count != static_cast<int>(variables.size())) {
    if (variables.empty() && !layer.built()) {
      throw value_error("Layer '" + layer.name() + "' was never built and thus it doesn't have any "
                        "variables. However the weights file lists " + std::to_string(count) +
                        " variables for this layer.\n" + with_name(kNeverBuiltHelp, layer.name()));
    }
    std::string names;
    for (const auto& variable : variables) names += (names.empty() ? "" : ", ") + repr_string(variable->name());
    throw value_error("Layer '" + layer.name() + "' expected " + std::to_string(variables.size()) +
                      " variables, but received " + std::to_string(count) +
                      " variables during loading. Expected: [" + names + "]");
  }
  for (int i = 0; i < count; ++i) {
    const auto& variable = variables[static_cast<size_t>(i)];
    const Tensor value = source.read(path, i);
    // What comes straight from the file's bytes is taken as it is; anything else is converted.
    if (value.shape() == variable->shape() && value.dtype() == variable->dtype()) {
      variable->adopt(value);
    } else {
      variable->assign(value);
    }
  }
}

}  // namespace

std::vector<SavedObject> saved_objects(const LayerPtr& root) {
  Walk walk;
  walk.visit(root, "");
  return std::move(walk.objects);
}

void take_names_of_visits(size_t visited) {
  for (size_t i = 0; i < visited; ++i) get_uid("layer");
}

std::vector<std::string> load_weights(const LayerPtr& root, WeightSource& source, bool skip_mismatch) {
  std::vector<std::string> failed;
  std::string first_layer;
  std::string first_error;
  std::string list;
  for (const SavedObject& object : saved_objects(root)) {
    try {
      load_own(*object.layer, object.path, source);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kValueError) throw;
      if (failed.empty()) {
        first_layer = object.layer->python_repr();
        first_error = error.what();
      }
      list += (failed.empty() ? "" : ", ") + object.layer->python_repr();
      failed.push_back(object.layer->name());
    }
  }
  if (failed.empty()) return failed;
  const std::string message = "A total of " + std::to_string(failed.size()) +
                              " objects could not be loaded. Example error message for object " +
                              first_layer + ":\n\n" + first_error +
                              "\n\nList of objects that could not be loaded:\n[" + list + "]";
  if (!skip_mismatch) throw value_error(message);
  warn(message);
  return failed;
}

Layer::Variables legacy_weights(const Layer& layer) {
  Layer::Variables out = layer.trainable_weights();
  for (const auto& variable : layer.non_trainable_weights()) out.push_back(variable);
  return out;
}

namespace {

void assign_legacy(const Layer& layer, const Layer::Variables& variables,
                   const LegacyLayerWeights& saved, size_t index, bool skip_mismatch) {
  const std::string place = "layer #" + std::to_string(index) + " (named " + layer.name();
  const auto refuse = [&](const std::string& message) {
    if (!skip_mismatch) throw value_error(message);
    warn("Skipping loading weights for " + place + ")" + message);
  };
  if (variables.size() != saved.values.size()) {
    refuse("Weight count mismatch for " + place + " in the current model, " + saved.name +
           " in the save file). Layer expects " + std::to_string(variables.size()) +
           " weight(s). Received " + std::to_string(saved.values.size()) + " saved weight(s)");
    return;
  }
  for (size_t i = 0; i < variables.size(); ++i) {
    if (variables[i]->shape() == saved.values[i].shape()) continue;
    refuse("Shape mismatch in " + place + ")for weight " + variables[i]->path() +
           ". Weight expects shape " + repr(variables[i]->shape()) +
           ". Received saved weight with shape " + repr(saved.values[i].shape()));
    return;
  }
  for (size_t i = 0; i < variables.size(); ++i) variables[i]->assign(saved.values[i]);
}

}  // namespace

void load_legacy_weights(const std::vector<LayerPtr>& layers,
                         const std::vector<LegacyLayerWeights>& saved, bool by_name,
                         bool skip_mismatch) {
  if (by_name) {
    for (size_t i = 0; i < saved.size(); ++i) {
      for (const LayerPtr& layer : layers) {
        if (layer->name() != saved[i].name) continue;
        assign_legacy(*layer, legacy_weights(*layer), saved[i], i, skip_mismatch);
      }
    }
    return;
  }
  std::vector<LayerPtr> weighted;
  for (const LayerPtr& layer : layers) {
    if (!layer->weights().empty()) weighted.push_back(layer);
  }
  std::vector<const LegacyLayerWeights*> stored;
  for (const LegacyLayerWeights& entry : saved) {
    if (!entry.values.empty()) stored.push_back(&entry);
  }
  if (weighted.size() != stored.size()) {
    throw value_error("Layer count mismatch when loading weights from file. Model expected " +
                      std::to_string(weighted.size()) + " layers, found " +
                      std::to_string(stored.size()) + " saved layers.");
  }
  for (size_t i = 0; i < weighted.size(); ++i) {
    assign_legacy(*weighted[i], legacy_weights(*weighted[i]), *stored[i], i, skip_mismatch);
  }
}

}  // namespace keras
