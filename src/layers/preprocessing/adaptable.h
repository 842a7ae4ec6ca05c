// Layers that learn from data: adapt() of Keras's preprocessing layers.
#pragma once

#include "tensor/tensor.h"

namespace keras {

class Adaptable {
 public:
  virtual ~Adaptable() = default;

  // Forgets what was learned, and learns from all of the data.
  virtual void adapt(const Tensor& data) {
    reset_state();
    update_state(data);
    finalize_state();
  }

  // The same in parts: reset_state(), update_state() with each batch, finalize_state().
  virtual void reset_state() = 0;
  virtual void update_state(const Tensor& batch) = 0;
  virtual void finalize_state() = 0;
};

}  // namespace keras
