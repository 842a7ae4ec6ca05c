// Resetting the states of stateful recurrent layers.
#pragma once

#include "layers/layer.h"

namespace keras {

// Zeroes the states of this layer and of all recurrent layers inside it (Keras's
// layer.reset_state). AttributeError "Layer must be stateful." for a Bidirectional layer
// that is not.
void reset_states(const LayerPtr& layer);

}  // namespace keras
