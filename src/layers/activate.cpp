#include "layers/activate.h"

#include "graph/operation.h"

namespace keras {

Tensor activate(const Activation& activation, const Tensor& x) {
  if (activation.is_linear()) return x;
  if (const auto& layer = activation.object()) {
    return std::static_pointer_cast<Operation>(layer)->apply({Nest(x)}).as_tensor();
  }
  if (const auto& function = activation.function())
    return function->call({Nest(x)}, {}).as_tensor();
  return ActivationFunction(activation.kind()).call({Nest(x)}, {}).as_tensor();
}

}  // namespace keras
