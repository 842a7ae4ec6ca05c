// TensorFlow functions that need more than a single operation of keras.ops.
#pragma once

#include <optional>
#include <string_view>

#include "tree/tree.h"

namespace keras::legacy {

// Arguments in which lists of constants have become arrays with TensorFlow's dtype.
struct TensorArguments {
  TensorArguments(const Tree& first, const Tree::Dict& kwargs);

  // None when missing.
  Tree get(std::string_view name) const;

  Tree first;
  Tree::Dict kwargs;
};

// Nothing for functions listed in tf_functions.inc.
std::optional<Tree> call_on_tensors(std::string_view function, const TensorArguments& arguments);

}  // namespace keras::legacy
