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

// The key of x[...]: slices of records, lists and dicts as files have them.
Nest slicing_key(const Nest& spec);

}  // namespace keras::legacy
