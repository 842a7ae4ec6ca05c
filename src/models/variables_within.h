// The variables of a layer and of the layers inside of it, with the layers they belong to and their
// places.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "layers/layer.h"
#include "models/cloning/weight_report.h"

namespace keras {

struct LayerPath {
  LayerPtr layer;
  std::string path;  // names from outside in: `encoder/attention/query`
};

// The layer itself and all layers inside of it, each once. `path` is that of the layer; empty for
// the outermost model, which stands in front of no name.
std::vector<LayerPath> layers_within(const LayerPtr& layer, const std::string& path = "");

struct OwnedVariable {
  std::shared_ptr<Variable> variable;
  LayerPtr owner;
  std::string path;  // of the owner
};

struct OwnedVariables {
  std::vector<OwnedVariable> weights;  // in the order of layer->weights()
  std::vector<OwnedVariable> states;   // of random number generators
};

OwnedVariables variables_within(const LayerPtr& layer, const std::string& path = "");

WeightInfo info_of(const OwnedVariable& owned);

}  // namespace keras
