// Weights carried from layers to the layers that stand for them in a clone. Not in Keras, where a
// clone's weights are always fresh.
//
// The key is the place in the order of a layer's weights: paths change with the way of building,
// names may have been edited. When the two layers have the same number of weights, they are taken
// in replacements. When they do not, the next weight of the same name (`kernel`) is the partner. A
// replacement fits when the shapes are equal and the dtypes are equal or both floating. Storage is
// shared: a variable replaces its value, it never writes into it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "layers/layer.h"
#include "models/cloning/weight_report.h"

namespace keras {

// One of the weights of a layer, `layer->weights()[index]`.
struct WeightRef {
  LayerPtr layer;
  size_t index = 0;
};
// Gives a value to a weight of the clone that does not fit: an array of its shape, cast to its
// dtype, or no tensor to leave it as it was initialized. `source_index` is the place of its partner
// in the weights of the source layer, if it has one.
using AdaptWeight = std::function<Tensor(const WeightRef& target, const LayerPtr& source_layer,
                                         std::optional<size_t> source_index)>;

enum class WeightMismatch {
  kError,  // ValueError that lists all weights that do not fit; nothing is copied
  kSkip,   // they stay as they were initialized
  kAdapt,  // the function is asked
};

struct CopyWeights {
  WeightMismatch mismatch = WeightMismatch::kError;
  AdaptWeight adapt{};
};

// A layer and what stands for it in the clone.
struct Replacement {
  LayerPtr source;
  // Null when it is no layer.
  LayerPtr target;
  // As of placed_variables.h.
  std::string source_path{};
  std::string target_path{};
  // Variables of the target to which the hook that made it gave values.
  std::unordered_set<const Variable*> given{};
};

// Variables that were assigned since their layers were built, and all of a layer that was built
// before.
std::unordered_set<const Variable*> given_values(Layer& layer, bool was_built_before);

// Copies weights and states of random number generators as `how` says; without `how` nothing is
// copied. Layers of `clone` that are not built yet are built for the shapes for which their sources
// were. `report` may be null.
void transfer_weights(const std::vector<Replacement>& replacements, const LayerPtr& clone,
                      const std::optional<CopyWeights>& how, WeightReport* report = nullptr);

}  // namespace keras
