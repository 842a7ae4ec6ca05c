// The `interpolation` and `fill_mode` of layers that move pixels.
#pragma once

#include <string>

namespace keras {

// NotImplementedError with Keras's message unless "nearest" or "bilinear".
void check_interpolation(const std::string& interpolation);
// The same unless "reflect", "wrap", "constant" or "nearest".
void check_fill_mode(const std::string& fill_mode);

}  // namespace keras
