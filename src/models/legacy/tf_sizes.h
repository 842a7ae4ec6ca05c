// TensorFlow's functions on sizes of tensors (tf.shape and what is computed with it), which are
// numbers while a graph is made.
#pragma once

#include <optional>
#include <string_view>

#include "tree/tree.h"

namespace keras::legacy {

// The result when only sizes are involved: numbers, lists of them, None for unknown ones. Nothing
// when a tensor takes part in it.
std::optional<Tree> call_on_sizes(std::string_view function, const Tree& first,
                                  const Tree::Dict& kwargs);

// The key of x[...] from what files have of it, for an `x` of that rank. An ellipsis becomes
// slices: Keras 3 cannot read one from a legacy file.
Tree slicing_key(const Tree& spec, size_t rank);

}  // namespace keras::legacy
