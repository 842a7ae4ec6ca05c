// TensorFlow's functions that are more than one operation of keras.ops with other names.
#pragma once

#include <optional>
#include <string_view>

#include "tree/tree.h"

namespace keras::legacy {

// Arguments with the lists that stand for constant tensors as arrays of the dtype that TensorFlow
// gives them.
struct TensorArguments {
  TensorArguments(const Tree& first, const Tree::Dict& kwargs);

  // None when the call does not have it.
  Tree get(std::string_view name) const;

  Tree first;
  Tree::Dict kwargs;
};

// Nothing for functions that are a row of tf_functions.inc.
std::optional<Tree> call_on_tensors(std::string_view function, const TensorArguments& arguments);

}  // namespace keras::legacy
