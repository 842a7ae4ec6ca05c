// Calls of TensorFlow's functions on the tensors of a graph, by operations of keras.ops.
#pragma once

#include <string>

#include "tree/tree.h"

namespace keras::legacy {

// `function` as tf.keras names it (`math.reduce_mean`), `layer` for errors, `first` the first
// argument. Sizes that are known are numbers, others None.
// Throws ValueError, naming function and layer, for what has no operation here.
Tree call_tf_function(const std::string& function, const std::string& layer, Tree first,
                      Tree::Dict kwargs);

}  // namespace keras::legacy
