// Transfers weights from layers to their replacements in a clone. (In Keras, a clone always has
// fresh weights.)
//
// Weights are matched by their index in the layer, because paths depend on how a layer was built
// and names may have been edited. If the numbers of weights differ, the next weight with the same
// name (`kernel`) matches. Two weights fit when their shapes are equal and their dtypes are equal
// or both floating-point. The storage is shared, because variables replace their values and never
// write to them.
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

// A weight of a layer: `layer->weights()[index]`.
struct WeightRef {
  LayerPtr layer;
  size_t index = 0;
};
// Computes a value for a weight of the clone that does not fit: a tensor with its shape, which is
// cast to its dtype, or null to keep the initialized value. `source_index` is the index of the
// matching weight in the source layer, if any.
using AdaptWeight = std::function<Tensor(const WeightRef& target, const LayerPtr& source_layer,
                                         std::optional<size_t> source_index)>;

enum class WeightMismatch {
  kError,  // ValueError that lists all mismatches; nothing is copied
  kSkip,   // keep the initialized values
  kAdapt,  // ask the function
};

struct CopyWeights {
  WeightMismatch mismatch = WeightMismatch::kError;
  AdaptWeight adapt{};
};

// A layer and its replacement.
struct Replacement {
  LayerPtr source;
  // null when the replacement is not a layer
  LayerPtr target;
  // As in variables_within.h.
  std::string source_path{};
  std::string target_path{};
  // Variables of the target that the clone function assigned.
  std::unordered_set<const Variable*> given{};
};

// Variables assigned since the layer was built; all of them for a layer that was built earlier.
std::unordered_set<const Variable*> given_values(Layer& layer, bool was_built_before);

// Copies weights and random generator states according to `how`; without it, nothing is copied.
// Builds unbuilt layers of `clone` for the shapes of their sources. `report` may be null.
void transfer_weights(const std::vector<Replacement>& replacements, const LayerPtr& clone,
                      const std::optional<CopyWeights>& how, WeightReport* report = nullptr);

}  // namespace keras
