// A layer of one tensor that states the shape of its output, as Keras's compute_output_shape does:
// a symbolic call is answered without computing, so nothing is drawn for its weights.
#pragma once

#include "layers/layer.h"

namespace keras {

class ShapedLayer : public Layer {
 public:
  // On a tensor of which only shape and dtype are known it answers by output_shape.
  Tree call(const CallArgs& args) final;
  Tree compute_output_spec(const CallArgs& args) final;
  ShapeTree compute_output_shape(const BuildShapes& shapes) final;

 protected:
  virtual Shape output_shape(const Shape& input_shape) const = 0;

 private:
  DType promised_dtype(const Tensor& input) const;
};

// A layer that changes values, not the shape.
class ElementwiseLayer : public ShapedLayer {
 protected:
  Shape output_shape(const Shape& input_shape) const override { return input_shape; }
};

}  // namespace keras
