// The `axis` of LayerNormalization and RMSNormalization, which build turns into a sorted list.
#pragma once

#include "layers/argument_validation.h"

namespace keras {

// Sorts `axis`, or makes a list of a single one, which configs contain from then on. Returns the
// shape of the weights: the sizes of these axes.
Shape settle_axes(GivenAxes& axis, const Shape& input_shape);

}  // namespace keras
