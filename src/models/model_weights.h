// The weights of a whole model: their owners, and interpolation between two models.
#pragma once

#include <vector>

#include "layers/layer.h"

namespace keras {

// For each of root.weights() the layer that made it; for a Bidirectional, the cells inside.
std::vector<LayerPtr> weight_owners(const LayerPtr& root);

// Interpolates every weight of `target` towards the weight of `source` at the same index: t = 0
// changes nothing, t = 1 copies the source's bits. Floats are computed in float32 (float64 in its
// own precision) and rounded to the weight's dtype; other dtypes are copied unless t is 0.
// ValueError, without changes, when t is not a number or the weights differ in number or shape.
void lerp_weights(Layer& target, const Layer& source, double t);

}  // namespace keras
