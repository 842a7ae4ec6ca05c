// Which layers treat every sample of a batch by itself in inference, so that more samples can
// share one call.
#pragma once

#include "layers/layer.h"

namespace keras {

// False when in doubt.
bool is_sample_wise(const Layer& layer);

}  // namespace keras
