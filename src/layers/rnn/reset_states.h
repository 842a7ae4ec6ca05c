// Forgetting what stateful recurrent layers remember.
#pragma once

#include "layers/layer.h"

namespace keras {

// Sets the states of this layer and of all recurrent layers inside of it to zero (Keras's
// layer.reset_state). AttributeError "Layer must be stateful." for a Bidirectional layer that is
// not.
void reset_states(const LayerPtr& layer);

}  // namespace keras
