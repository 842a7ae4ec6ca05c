// Which weight belongs where in a saved file: paths such as `layers/dense/vars/0`
// (keras/src/saving/saving_lib.py). Knows no file format.
#pragma once

#include <string>
#include <vector>

#include "layers/layer.h"

namespace keras {

// An object of the model and the path at which its own variables are stored: `<path>/vars/0`, `.../1`, ...
// The root has the empty path.
struct SavedObject {
  std::string path;
  LayerPtr layer;
};

// Every layer once, at the first path that reaches it, in the order in which Keras writes them.
std::vector<SavedObject> saved_objects(const LayerPtr& root);
// Keras makes an unnamed Layer for each object that it visits when it saves or loads, and so takes a name:
// the next unnamed Layer of a user is called as there.
void take_names_of_visits(size_t visited);

// Where values come from: a file that is open, or a part of one.
class WeightSource {
 public:
  virtual ~WeightSource() = default;
  // Number of variables stored at the path; 0 when there is no such group.
  virtual int count(const std::string& path) = 0;
  virtual Tensor read(const std::string& path, int index) = 0;
};

// Gives every variable its stored value. All failures are collected: ValueError "A total of 1 objects could
// not be loaded. ..."; with skip_mismatch a warning instead, and what fits is loaded. Returns the names of the
// layers that could not be loaded.
std::vector<std::string> load_weights(const LayerPtr& root, WeightSource& source,
                                      bool skip_mismatch = false);

// A legacy `.h5` file: per saved layer its name and values, trainable weights first.
struct LegacyLayerWeights {
  std::string name;
  std::vector<Tensor> values;
};

// Matched by order among the layers that have weights, or by name. Throws Keras's ValueErrors for counts and
// shapes; with skip_mismatch warns and goes on.
void load_legacy_weights(const std::vector<LayerPtr>& layers,
                         const std::vector<LegacyLayerWeights>& saved, bool by_name,
                         bool skip_mismatch = false);
// The variables of a layer in legacy order.
Layer::Variables legacy_weights(const Layer& layer);

}  // namespace keras
