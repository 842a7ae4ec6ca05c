#include "models/placed_variables.h"

#include <unordered_set>

namespace keras {
namespace {

void append_layers(std::vector<PlacedLayer>& out, std::unordered_set<const Layer*>& seen,
                   const LayerPtr& layer, const std::string& place) {
  if (!seen.insert(layer.get()).second) return;
  out.push_back({layer, place});
  for (const LayerPtr& inner : layer->sublayers()) {
    append_layers(out, seen, inner, place.empty() ? inner->name() : place + "/" + inner->name());
  }
}

}  // namespace

std::vector<PlacedLayer> layers_within(const LayerPtr& layer, const std::string& place) {
  std::vector<PlacedLayer> out;
  std::unordered_set<const Layer*> seen;
  append_layers(out, seen, layer, place);
  return out;
}

PlacedVariables placed_variables(const LayerPtr& layer, const std::string& place) {
  PlacedVariables out;
  std::unordered_set<const Variable*> seen;
  const auto append = [&](std::vector<PlacedVariable>& list, const PlacedLayer& owner,
                          const Layer::Variables& variables) {
    for (const auto& variable : variables) {
      if (seen.insert(variable.get()).second) list.push_back({variable, owner.layer, owner.place});
    }
  };
  for (const PlacedLayer& owner : layers_within(layer, place)) {
    append(out.weights, owner, owner.layer->own_weights());
    append(out.states, owner, owner.layer->own_random_states());
  }
  return out;
}

WeightInfo info_of(const PlacedVariable& placed) {
  return {.layer = placed.place.empty() ? placed.owner->name() : placed.place,
          .layer_class = std::string(placed.owner->class_info().class_name),
          .weight = placed.variable->name(),
          .path = placed.variable->path(),
          .shape = placed.variable->shape(),
          .dtype = placed.variable->dtype()};
}

}  // namespace keras
