// What a layer requires of its inputs, checked with Keras's messages
// (keras/src/layers/input_spec.py).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/dtype.h"
#include "base/shape.h"
#include "tree/tree.h"

namespace keras {

struct InputSpec {
  std::optional<DType> dtype{};
  std::optional<Shape> shape{};
  std::optional<int> ndim{};
  std::optional<int> max_ndim{};
  std::optional<int> min_ndim{};
  std::map<int, int64_t> axes{};  // from axis (negative counts from the end) to size
  bool allow_last_axis_squeeze = false;
  std::string name{};  // "None" in messages when empty
  bool optional = false;
};

using InputSpecs = std::vector<InputSpec>;

// ValueError when `inputs` (a tensor or a tree of tensors) does not match. Without
// specs, anything matches.
void assert_input_compatibility(const InputSpecs& specs, const Tree& inputs,
                                const std::string& layer_name);

}  // namespace keras
