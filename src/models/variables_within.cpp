#include "models/variables_within.h"

#include <unordered_set>

namespace keras {
namespace {

void append_layers(std::vector<LayerPath>& out, std::unordered_set<const Layer*>& seen,
                   const LayerPtr& layer, const std::string& path) {
  if (!seen.insert(layer.get()).second) return;
  out.push_back({layer, path});
  for (const LayerPtr& inner : layer->sublayers()) {
    append_layers(out, seen, inner, path.empty() ? inner->name() : path + "/" + inner->name());
  }
}

}  // namespace

std::vector<LayerPath> layers_within(const LayerPtr& layer, const std::string& path) {
  std::vector<LayerPath> out;
  std::unordered_set<const Layer*> seen;
  append_layers(out, seen, layer, path);
  return out;
}

OwnedVariables variables_within(const LayerPtr& layer, const std::string& path) {
  OwnedVariables out;
  std::unordered_set<const Variable*> seen;
  const auto append = [&](std::vector<OwnedVariable>& list, const LayerPath& owner,
                          const Layer::Variables& variables) {
    for (const auto& variable : variables) {
      if (seen.insert(variable.get()).second) list.push_back({variable, owner.layer, owner.path});
    }
  };
  for (const LayerPath& owner : layers_within(layer, path)) {
    append(out.weights, owner, owner.layer->own_weights());
    append(out.states, owner, owner.layer->own_random_states());
  }
  return out;
}

WeightInfo info_of(const OwnedVariable& owned) {
  return {.layer = owned.path.empty() ? owned.owner->name() : owned.path,
          .layer_class = std::string(owned.owner->class_info().class_name),
          .weight = owned.variable->name(),
          .path = owned.variable->path(),
          .shape = owned.variable->shape(),
          .dtype = owned.variable->dtype()};
}

}  // namespace keras
