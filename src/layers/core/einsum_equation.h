// Shapes of an EinsumDense, from its equation (keras/src/layers/core/einsum_dense.py).
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
  // As Keras infers it; with an ellipsis the computed axes may be ordered differently.
  Shape output;
  // Axes of the kernel that are summed, and axes that reach the output.
  std::vector<int64_t> input_axes, output_axes;
};

// `partial_output` is the output shape without the batch and the ellipsis
// axes. Keras's ValueErrors.
EinsumShapes analyze_einsum(std::string_view equation, const std::optional<std::string>& bias_axes,
                            const Shape& input, const Shape& partial_output);

// How the scales of an operand broadcast to the output, after its other axes were summed.
struct EinsumScale {
  std::vector<int64_t> summed;   // axes of the operand that the output lacks
  std::vector<int64_t> kept;     // its other axes, in the order of the output
  std::vector<int64_t> missing;  // axes of the output that the operand lacks
};
EinsumScale input_scale(std::string_view equation, int input_rank);
EinsumScale kernel_scale(std::string_view equation, int input_rank);

// How many axes are summed, where the equation is a product of matrices whose axes are in order:
// the last of the input and the first of the kernel are summed; those before and after them are
// the output's.
std::optional<int> inner_axes(std::string_view equation, int input_rank);

}  // namespace keras
