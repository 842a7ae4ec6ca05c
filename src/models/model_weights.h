// The weights of a model as a whole: whose they are, and mixing those of two models.
#pragma once

#include <vector>

#include "layers/layer.h"

namespace keras {

// For each of root.weights() the layer that made it: of a Bidirectional the cells inside.
std::vector<LayerPtr> weight_owners(const LayerPtr& root);

// Moves every weight of `target` the part `t` of the way to the weight of `source` at the same
// place: t = 0 leaves all as it is, t = 1 gives the source's bits. Floats are mixed in float32
// (float64 in its own precision) and rounded to the weight's dtype; others are copied unless t is
// 0. ValueError for a t that is no number, and when the weights differ in number or shape; nothing
// is changed then.
void lerp_weights(Layer& target, const Layer& source, double t);

}  // namespace keras
