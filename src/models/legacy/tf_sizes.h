// TensorFlow functions on sizes (tf.shape and values computed from it), which are plain numbers
// while a graph is made.
#pragma once

#include <optional>
#include <string_view>

#include "tree/tree.h"

namespace keras::legacy {

// The result when only sizes are involved: numbers, lists of numbers, None for unknown ones.
// Nothing when a tensor is involved.
std::optional<Tree> call_on_sizes(std::string_view function, const Tree& first,
                                  const Tree::Dict& kwargs);

// The key of x[...] from its form in files, for an `x` of that rank. An ellipsis becomes slices,
// because Keras 3 cannot read one from a legacy file.
Tree slicing_key(const Tree& spec, size_t rank);

}  // namespace keras::legacy
