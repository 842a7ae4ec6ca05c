#include "saving/file_order.h"

#include <algorithm>
#include <string>

#include "json/members.h"
#include "saving/saved_objects.h"

namespace keras {
namespace {

const json::Array* entries_of(const json::Value* record) {
  const json::Value* config = record == nullptr ? nullptr : record->find("config");
  const json::Value* layers = config == nullptr ? nullptr : config->find("layers");
  return layers != nullptr && layers->is_array() ? &layers->as_array() : nullptr;
}

std::string name_of(const json::Value& entry) {
  const std::string name = json::text_member(entry, "name");
  const json::Value* config = entry.find("config");
  return name.empty() && config != nullptr ? json::text_member(*config, "name") : name;
}

LayerPtr find_layer(const std::vector<LayerPtr>& layers, const std::string& name) {
  const auto found = std::find_if(layers.begin(), layers.end(),
                                  [&](const LayerPtr& layer) { return layer->name() == name; });
  return found == layers.end() ? nullptr : *found;
}

// The layer inside a wrapper such as TimeDistributed.
LayerEntry wrapped(const LayerEntry& entry) {
  const json::Value* config = entry.second == nullptr ? nullptr : entry.second->find("config");
  const json::Value* record = config == nullptr ? nullptr : config->find("layer");
  if (entries_of(record) == nullptr) return {};
  return {find_layer(entry.first->sublayers(), name_of(*record)), record};
}

void add_weights(const LayerEntry& entry, Layer::Variables& out) {
  const auto model = std::dynamic_pointer_cast<Model>(entry.first);
  if (model && entries_of(entry.second) != nullptr) {
    for (const LayerEntry& child : layers_in_file_order(*model, entry.second)) {
      add_weights(child, out);
    }
  } else if (const LayerEntry inner = wrapped(entry); inner.first) {
    add_weights(inner, out);
  }
  // The remaining weights belong to the layer itself.
  for (const auto& variable : entry.first->weights()) {
    if (std::find(out.begin(), out.end(), variable) == out.end()) out.push_back(variable);
  }
}

struct Paths {
  std::string in_model, in_file;
};

class ReorderedPaths {
 public:
  std::vector<std::pair<std::string, std::string>> pairs;

  void visit(const LayerEntry& entry, const Paths& paths) {
    const std::vector<LayerEntry> listed = entries_below(entry);
    std::vector<LayerPtr> layers;
    for (const LayerEntry& child : listed) layers.push_back(child.first);
    std::vector<SavedObject> in_file;
    add_list(layers, "layers", in_file);
    for (const SavedObject& child : saved_children_of(*entry.first)) {
      const auto found = std::find(layers.begin(), layers.end(), child.layer);
      const bool is_listed = found != layers.end() && child.path.starts_with("layers/");
      const auto index = static_cast<size_t>(found - layers.begin());
      const Paths below{join_path(paths.in_model, child.path),
                        join_path(paths.in_file, is_listed ? in_file[index].path : child.path)};
      if (below.in_model != below.in_file) pairs.emplace_back(below.in_model, below.in_file);
      const LayerEntry inner = wrapped(entry);
      visit(is_listed                    ? listed[index]
            : inner.first == child.layer ? inner
                                         : LayerEntry{child.layer, nullptr},
            below);
    }
  }

 private:
  static std::vector<LayerEntry> entries_below(const LayerEntry& entry) {
    const auto model = std::dynamic_pointer_cast<Model>(entry.first);
    if (!model || entries_of(entry.second) == nullptr) return {};
    return layers_in_file_order(*model, entry.second);
  }
};

}  // namespace

std::vector<LayerEntry> layers_in_file_order(const Model& model, const json::Value* record) {
  const std::vector<LayerPtr> layers = model.layers();
  std::vector<LayerEntry> ordered;
  if (const json::Array* entries = entries_of(record)) {
    for (const json::Value& entry : *entries) {
      const LayerPtr layer = find_layer(layers, name_of(entry));
      if (layer) ordered.emplace_back(layer, &entry);
    }
  }
  const bool is_complete = std::all_of(layers.begin(), layers.end(), [&](const LayerPtr& layer) {
    return layer->weights().empty() ||
           std::any_of(ordered.begin(), ordered.end(),
                       [&](const LayerEntry& entry) { return entry.first == layer; });
  });
  if (is_complete) return ordered;
  ordered.clear();
  for (const LayerPtr& layer : layers) ordered.emplace_back(layer, nullptr);
  return ordered;
}

Layer::Variables weights_in_file_order(const LayerEntry& entry) {
  Layer::Variables variables;
  add_weights(entry, variables);
  if (entry.first->trainable()) {
    std::stable_partition(variables.begin(), variables.end(),
                          [](const auto& variable) { return variable->trainable(); });
  }
  return variables;
}

std::vector<std::pair<std::string, std::string>> reordered_paths(const ModelPtr& model,
                                                                 const json::Value& record) {
  ReorderedPaths paths;
  paths.visit({model, &record}, {});
  return std::move(paths.pairs);
}

}  // namespace keras
