// Weights in the order of Keras 1 and 2 and of Keras 3's legacy `.h5` files: by layer, trainable
// weights first (keras/src/legacy/saving/legacy_h5_format.py). Independent of file formats.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/model.h"

namespace keras {

// The variables of a layer and its sublayers, in that order.
Layer::Variables legacy_weights(const Layer& layer);

struct LegacyLayerWeights {
  std::string name;
  std::vector<Tensor> values;
};
struct LegacyWeights {
  std::vector<LegacyLayerWeights> layers;
  // The weights that the model itself created with add_weight; nullopt in files of older Keras.
  std::optional<std::vector<Tensor>> top_level{};
};

struct LegacyLoadOptions {
  bool by_name = false;        // match layers by name, not by their order among layers with weights
  bool skip_mismatch = false;  // warn about weights of another shape, and load the rest
  // The record of the model in the file; null for files of weights only.
  const json::Value* record = nullptr;
};

// Throws Keras's ValueErrors for counts and shapes that do not fit.
void load_legacy_weights(const Model& model, const LegacyWeights& saved,
                         const LegacyLoadOptions& options);

}  // namespace keras
