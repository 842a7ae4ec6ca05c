// Which object of a model stands at which path of a file, such as `layers/dense`
// (the walk of keras/src/saving/saving_lib.py).
#pragma once

#include <string>
#include <vector>

#include "layers/layer.h"

namespace keras {

// An object of the model and the path at which its own variables are stored: `<path>/vars/0`,
// `.../1`, ... The root has the empty path.
struct SavedObject {
  std::string path;
  LayerPtr layer;
};

// Appends the members of a list at `path`, which go by their class: `dense`, `dense_1`.
void add_list(const std::vector<LayerPtr>& layers, const std::string& path,
              std::vector<SavedObject>& out);

// The layers below a layer as Keras finds them, in its order: `layers` of a model, and attributes
// by name, private ones last. A layer may be found more than once. Paths are relative.
std::vector<SavedObject> saved_children_of(const Layer& layer);

// Every layer once, at the first path that reaches it, in the order in which Keras writes them.
// Layers in `skip` are left out, with what is only reached through them.
std::vector<SavedObject> saved_objects(const LayerPtr& root,
                                       const std::vector<const Layer*>& skip = {});

// `path` below `parent`, which is empty for the root.
std::string join_path(const std::string& parent, const std::string& path);

// The list within a list that a path goes through (`blocks/container_1` of
// `blocks/container_1/dense`); empty when it goes through none. Files of older Keras have no such
// groups.
std::string nested_container(const std::string& path);

}  // namespace keras
