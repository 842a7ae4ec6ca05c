// TensorFlow's functions that are more than one operation of keras.ops with other names.
#pragma once

#include <optional>
#include <string_view>

#include "serialization/nest.h"

namespace keras::legacy {

// Arguments with the lists that stand for constant tensors as arrays of the dtype that TensorFlow
// gives them.
struct TensorArguments {
  TensorArguments(const Nest& first, const Nest::Dict& kwargs);

  // None when the call does not have it.
  Nest get(std::string_view name) const;

  Nest first;
  Nest::Dict kwargs;
};

// Nothing for functions that are a row of tf_functions.inc.
std::optional<Nest> call_on_tensors(std::string_view function, const TensorArguments& arguments);

}  // namespace keras::legacy
