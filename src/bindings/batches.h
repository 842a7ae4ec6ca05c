// Prediction in batches of a given size, as Model.predict of Keras.
#pragma once

#include "base/function_ref.h"
#include "models/model.h"

namespace keras::bindings {

// The outputs for all inputs, joined along the first axis. `on_progress(done, total)` runs after
// each batch. Throws ValueError when the inputs differ in their first dimension.
Tree predict_in_batches(Model& model, const Tree& inputs, int64_t batch_size,
                        FunctionRef<void(int64_t done, int64_t total)> on_progress);

}  // namespace keras::bindings
