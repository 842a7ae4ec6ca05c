// Prediction in batches of a given size, as Model.predict of Keras.
#pragma once

#include "models/model.h"

namespace keras::bindings {

// The outputs for all inputs, joined along the first axis. `progress` is the number of a host
// function that is called with (done, total) after each batch; 0 for none. Throws ValueError when
// the inputs differ in their first dimension.
Tree predict_in_batches(Model& model, const Tree& inputs, int64_t batch_size, int64_t progress);

}  // namespace keras::bindings
