// The variables of a layer and its nested sub-layers, with owners and paths.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "layers/layer.h"
#include "models/cloning/weight_report.h"

namespace keras {

struct LayerPath {
  LayerPtr layer;
  std::string path;  // names from the outermost layer: `encoder/attention/query`
};

// The layer and all nested sub-layers, without repetition. `path` is the path of `layer`; the root
// model has an empty path.
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
