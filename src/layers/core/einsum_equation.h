// What the equation of an EinsumDense says about its shapes
// (keras/src/layers/core/einsum_dense.py).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/shape.h"

namespace keras {

struct EinsumShapes {
  Shape kernel;
  std::optional<Shape> bias;
  // As Keras promises it; an equation with an ellipsis can compute another order of axes.
  Shape output;
  // Axes of the kernel that are summed, and those that reach the output.
  std::vector<int64_t> input_axes, output_axes;
};

// `partial_output`: the output's shape without the batch and without the axes of an ellipsis.
// Throws ValueError with Keras's sentences.
EinsumShapes analyze_einsum(std::string_view equation, const std::optional<std::string>& bias_axes,
                            const Shape& input, const Shape& partial_output);

// How scales of an operand, one per line that is summed, meet the output.
struct EinsumScale {
  std::vector<int64_t> summed;   // axes of the operand that the output lacks
  std::vector<int64_t> kept;     // its other axes, in the order of the output
  std::vector<int64_t> missing;  // axes of the output that the operand lacks
};
EinsumScale input_scale(std::string_view equation, int input_rank);
EinsumScale kernel_scale(std::string_view equation, int input_rank);

}  // namespace keras
