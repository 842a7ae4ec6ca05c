// Values of a saved file and the weights they belong to (keras/src/saving/saving_lib.py). Knows no
// file format.
#pragma once

#include <string>
#include <vector>

#include "layers/layer.h"
#include "saving/custom_saving.h"

namespace keras {

// Keras makes an unnamed Layer for each object that it visits when it saves or loads, and so takes
// a name: the next unnamed Layer of a user is called as there.
void take_names_of_visits(size_t visited);

// Where values come from: a file that is open, or several.
class WeightSource {
 public:
  virtual ~WeightSource() = default;
  // What is stored for the object at the path, by name; nothing when there is no such group.
  virtual NamedTensors read(const std::string& path) = 0;
  // Whether there is a group at the path.
  virtual bool has_group(const std::string& path) = 0;
};

// What a file stores of the layer alone: its weights as "0", "1", ..., or what its class gives
// instead.
NamedTensors own_variables(const Layer& layer);
// Takes that back. ValueErrors of Keras when number or shapes do not fit.
void load_own_variables(Layer& layer, const NamedTensors& store);
// The same by Keras's own rules, whatever the layer's class defines.
NamedTensors saved_weights(const Layer& layer);
void load_saved_weights(Layer& layer, const NamedTensors& store);

struct LoadOptions {
  bool skip_mismatch = false;        // warn of what does not fit, and load the rest
  std::vector<const Layer*> skip{};  // left alone, with what is below them
};

// Gives every variable its stored value. All failures are collected: ValueError "A total of 1
// objects could not be loaded. ...". Returns the names of the layers that could not be loaded; none
// unless skip_mismatch is set.
std::vector<std::string> load_weights(const LayerPtr& root, WeightSource& source,
                                      const LoadOptions& options = {});

}  // namespace keras
