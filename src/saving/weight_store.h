// Assigns the values of a file to weights (keras/src/saving/saving_lib.py). Independent of file
// formats.
#pragma once

#include <string>
#include <vector>

#include "layers/custom_saving.h"
#include "layers/layer.h"

namespace keras {

// Keras creates an unnamed Layer for each object that it visits when it saves or loads. Using up
// the same automatic names makes the user's next unnamed Layer have the same name as there.
void take_names_of_visits(size_t visited);

// Provides the values of one or several open files.
class WeightSource {
 public:
  virtual ~WeightSource() = default;
  // The values of the object at the path, by name; empty when there is no such group.
  virtual NamedTensors read(const std::string& path) = 0;
  // Whether there is a group at the path.
  virtual bool has_group(const std::string& path) = 0;
};

// What a file stores of the layer without its sublayers: its weights as "0", "1", ..., or what its
// class returns instead.
NamedTensors own_variables(const Layer& layer);
// The reverse. Keras's ValueErrors when number or shapes do not fit.
void load_own_variables(Layer& layer, const NamedTensors& store);
// The same by Keras's default rules, ignoring overrides of the layer's class.
NamedTensors saved_weights(const Layer& layer);
void load_saved_weights(Layer& layer, const NamedTensors& store);

struct LoadOptions {
  bool skip_mismatch = false;        // warn about weights that do not fit, and load the rest
  std::vector<const Layer*> skip{};  // unchanged, with the layers below them
};

// Assigns every variable its stored value. All failures are collected: ValueError "A total of 1
// objects could not be loaded. ...". Returns the names of the layers that could not be loaded; none
// unless skip_mismatch is set.
std::vector<std::string> load_weights(const LayerPtr& root, WeightSource& source,
                                      const LoadOptions& options = {});

// --- Assets ---

// The files of the object at the path, in the folder `assets/<path>`.
struct LayerAssets {
  std::string path;
  AssetFiles files;
};
// What a file holds for the layers of built-in classes that have assets.
std::vector<LayerAssets> saved_assets(const LayerPtr& root);
// The paths of these layers.
std::vector<std::string> asset_paths(const LayerPtr& root);
// Passes the files to these layers. All failures are collected, as in load_weights().
void load_assets(const LayerPtr& root, const std::vector<LayerAssets>& assets);

}  // namespace keras
