// The objects of a model and their paths in a file, such as `layers/dense`
// (the walk of keras/src/saving/saving_lib.py).
#pragma once

#include <string>
#include <vector>

#include "layers/layer.h"

namespace keras {

// An object of the model and its path: its own variables are stored at `<path>/vars/0`, `.../1`,
// ... The root has the empty path.
struct SavedObject {
  std::string path;
  LayerPtr layer;
};

// Appends the members of a list at `path`. They are named after their class: `dense`, `dense_1`.
void add_list(const std::vector<LayerPtr>& layers, const std::string& path,
              std::vector<SavedObject>& out);

// The layers directly below a layer, in Keras's order: `layers` of a model, and attributes by name,
// private ones last. A layer may occur more than once. Paths are relative.
std::vector<SavedObject> saved_children_of(const Layer& layer);

// Every layer once, at the first path that reaches it, in the order in which Keras writes them.
// Omits layers in `skip` and layers that are only reached through them.
std::vector<SavedObject> saved_objects(const LayerPtr& root,
                                       const std::vector<const Layer*>& skip = {});

// `path` below `parent`, which is empty for the root.
std::string join_path(const std::string& parent, const std::string& path);

// The nested list in a path (`blocks/container_1` of `blocks/container_1/dense`); empty when there
// is none. Files of older Keras lack such groups.
std::string nested_container(const std::string& path);

}  // namespace keras
