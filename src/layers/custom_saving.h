// The interfaces of layers whose class overrides save_own_variables or load_own_variables (classes
// of users, and layers of other frameworks), or save_assets and load_assets
// (keras/src/layers/layer.py, keras/src/saving/keras_saveable.py).
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

// Files of text in the layer's folder below `assets/`, by name.
using AssetFiles = std::vector<std::pair<std::string, std::string>>;

class AssetHolder {
 public:
  virtual ~AssetHolder() = default;

  virtual AssetFiles saved_assets() const = 0;
  // `folder` names the place of the files in errors.
  virtual void load_assets(const AssetFiles& files, const std::string& folder) = 0;
};

}  // namespace keras
