// What a file stores of a layer whose class says so itself, instead of its weights
// (save_own_variables and load_own_variables of keras/src/layers/layer.py). Such classes are
// written outside of the core.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tensor/tensor.h"

namespace keras {

// Values under the names that they have in a file. A layer's own weights are "0", "1", ...
using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

class CustomSaving {
 public:
  virtual ~CustomSaving() = default;

  // Whether the class defines the one or the other method; where it does not, Keras's own rules
  // hold.
  virtual bool saves_own_variables() const = 0;
  virtual bool loads_own_variables() const = 0;
  virtual NamedTensors saved_variables() const = 0;
  virtual void load_variables(const NamedTensors& store) = 0;
};

}  // namespace keras
