// The variables of a layer and of the layers inside of it, with the layers they belong to and their
// places.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "layers/layer.h"
#include "models/cloning/weight_report.h"

namespace keras {

struct PlacedLayer {
  LayerPtr layer;
  std::string place;  // names from outside in: `encoder/attention/query`
};

// The layer itself and all layers inside of it, each once. `place` is that of the layer; empty for
// the outermost model, which stands in front of no name.
std::vector<PlacedLayer> layers_within(const LayerPtr& layer, const std::string& place = "");

struct PlacedVariable {
  std::shared_ptr<Variable> variable;
  LayerPtr owner;
  std::string place;  // of the owner
};

struct PlacedVariables {
  std::vector<PlacedVariable> weights;  // in the order of layer->weights()
  std::vector<PlacedVariable> states;   // of random number generators
};

PlacedVariables placed_variables(const LayerPtr& layer, const std::string& place = "");

WeightInfo info_of(const PlacedVariable& placed);

}  // namespace keras
