// A layer with one tensor in and out that implements compute_output_shape: symbolic calls do not
// compute, so no weights are drawn.
#pragma once

#include "layers/layer.h"

namespace keras {

class ShapedLayer : public Layer {
 public:
  // Uses output_shape for tensors without data.
  Tree call(const CallArgs& args) final;
  Tree compute_output_spec(const CallArgs& args) final;
  ShapeTree compute_output_shape(const BuildShapes& shapes) final;

 protected:
  virtual Shape output_shape(const Shape& input_shape) const = 0;

 private:
  DType promised_dtype(const Tensor& input) const;
};

// A layer that preserves the shape.
class ElementwiseLayer : public ShapedLayer {
 protected:
  Shape output_shape(const Shape& input_shape) const override { return input_shape; }
};

}  // namespace keras
