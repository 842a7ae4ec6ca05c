// The interface of layers whose class overrides save_own_variables or load_own_variables
// (keras/src/layers/layer.py): classes of users, and layers of other frameworks.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tensor/tensor.h"

namespace keras {

// Values by their names in a file. A layer's own weights are named "0", "1", ...
using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

class CustomSaving {
 public:
  virtual ~CustomSaving() = default;

  // Whether the class overrides the method; otherwise Keras's default applies.
  virtual bool saves_own_variables() const = 0;
  virtual bool loads_own_variables() const = 0;
  virtual NamedTensors saved_variables() const = 0;
  virtual void load_variables(const NamedTensors& store) = 0;
};

}  // namespace keras
