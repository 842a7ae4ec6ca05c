// Runs TensorFlow functions from a graph as keras.ops.
#pragma once

#include <string>

#include "tree/tree.h"

namespace keras::legacy {

// `function` is the name in tf.keras (`math.reduce_mean`), `layer` is for errors, `first` is the
// first argument. Known sizes are numbers; others are None. ValueError, naming function and layer,
// when there is no equivalent.
Tree call_tf_function(const std::string& function, const std::string& layer, Tree first,
                      Tree::Dict kwargs);

}  // namespace keras::legacy
