// Whether a layer treats the samples of a batch independently in inference, so that several batches
// can share one call.
#pragma once

#include "layers/layer.h"

namespace keras {

// False when unsure.
bool is_sample_wise(const Layer& layer);

}  // namespace keras
