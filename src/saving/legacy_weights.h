// Weights in the order of Keras 1 and 2 and of Keras 3's legacy `.h5` files: by layer, trainable
// ones first (keras/src/legacy/saving/legacy_h5_format.py). Knows no file format.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/model.h"

namespace keras {

// The variables of a layer, those of its sub-layers among them, in that order.
Layer::Variables legacy_weights(const Layer& layer);

struct LegacyLayerWeights {
  std::string name;
  std::vector<Tensor> values;
};
struct LegacyWeights {
  std::vector<LegacyLayerWeights> layers;
  // Those that the model itself made with add_weight; nothing in files of older Keras.
  std::optional<std::vector<Tensor>> top_level{};
};

struct LegacyLoadOptions {
  bool by_name = false;  // match layers by name, not by their order among those that have weights
  bool skip_mismatch = false;  // warn of weights of another shape, and load the rest
  // The record of the model in the file; null for files that hold weights only.
  const json::Value* record = nullptr;
};

// Throws Keras's ValueErrors for counts and shapes that do not fit.
void load_legacy_weights(const Model& model, const LegacyWeights& saved,
                         const LegacyLoadOptions& options);

}  // namespace keras
