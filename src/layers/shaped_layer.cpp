#include "layers/shaped_layer.h"

#include "base/error.h"
#include "graph/keras_tensor.h"

namespace keras {

DType ShapedLayer::promised_dtype(const Tensor& input) const {
  return promises_compute_dtype() ? compute_dtype() : input.dtype();
}

Tree ShapedLayer::call(const CallArgs& args) {
  const Tree& first = args.first();
  if (first.is_tensor() && first.as_tensor().is_abstract()) {
    const Tensor& input = first.as_tensor();
    return Tensor::abstract(output_shape(input.shape()), promised_dtype(input));
  }
  return Layer::call(args);
}

Tree ShapedLayer::compute_output_spec(const CallArgs& args) {
  const Tree& first = args.first();
  if (!first.is_tensor()) {
    raise_value_error({"Layer '", name(), "' expects a single tensor. Received: ", repr(first)});
  }
  const Tensor& input = first.as_tensor();
  return make_keras_tensor(output_shape(input.shape()), promised_dtype(input));
}

ShapeTree ShapedLayer::compute_output_shape(const BuildShapes& shapes) {
  return output_shape(shapes.first().shape());
}

}  // namespace keras
