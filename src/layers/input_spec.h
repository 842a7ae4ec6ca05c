// What a layer expects of its inputs, and the check with Keras's sentences
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
  std::map<int, int64_t> axes{};  // axis (negative counts from the end) -> size
  bool allow_last_axis_squeeze = false;
  std::string name{};  // "None" in messages when empty
  bool optional = false;
};

using InputSpecs = std::vector<InputSpec>;

// Throws ValueError when `inputs` (a tensor or a tree of them) does not fit. No specs: anything
// fits.
void assert_input_compatibility(const InputSpecs& specs, const Tree& inputs,
                                const std::string& layer_name);

}  // namespace keras
