// TensorFlow's functions on sizes of tensors (tf.shape and what is computed with it), which are
// numbers while a graph is made.
#pragma once

#include <optional>
#include <string_view>

#include "serialization/nest.h"

namespace keras::legacy {

// The result when only sizes are involved: numbers, lists of them, None for unknown ones. Nothing
// when a tensor takes part in it.
std::optional<Nest> call_on_sizes(std::string_view function, const Nest& first,
                                  const Nest::Dict& kwargs);

// The key of x[...] from what files have of it, for an `x` of that rank. An ellipsis becomes
// slices: Keras 3 cannot read one from a legacy file.
Nest slicing_key(const Nest& spec, size_t rank);

}  // namespace keras::legacy
