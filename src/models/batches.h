// Batching of Model.predict (keras/src/backend/jax/trainer.py).
#pragma once

#include "base/function_ref.h"
#include "models/model.h"

namespace keras {

// Predicts `batch_size` rows at a time and joins the outputs along the first axis. Calls
// `on_progress(done, total)`, counted in rows, after each batch. ValueError when the inputs differ
// in their number of rows.
Tree predict_in_batches(Model& model, const Tree& inputs, int64_t batch_size,
                        FunctionRef<void(int64_t done, int64_t total)> on_progress = nullptr);

}  // namespace keras
