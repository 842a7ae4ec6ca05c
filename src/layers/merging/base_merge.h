// The base of merging layers: several inputs, one output (keras/src/layers/merging/base_merge.py).
#pragma once

#include <vector>

#include "layers/layer.h"

namespace keras {

class Merge : public Layer {
 public:
  bool supports_masking() const override { return true; }
  Tree call(const CallArgs& args) override;
  Tree compute_output_spec(const CallArgs& args) override;
  ShapeTree compute_output_shape(const BuildShapes& shapes) override;
  // Keeps a step that any input keeps; null when an input has no mask.
  Tree compute_mask(const Tree& inputs, const Tree& previous_mask) override;

 protected:
  // Receives inputs of equal rank, unless aligns_ranks() is false.
  virtual Tensor merge(const std::vector<Tensor>& inputs) = 0;
  // As Keras infers it; by default the shape rule of an elementwise function.
  virtual Shape merged_shape(const std::vector<Shape>& shapes) const;
  virtual void check_shapes(const ShapeTree& input_shape) const;
  // Whether inputs of lower rank get axes of size 1 after the batch.
  virtual bool aligns_ranks() const { return true; }
  void build_layer(const BuildShapes& shapes) override;

  // Checks the arguments of compute_mask and returns the masks; empty without any.
  static std::vector<Tree> masks_for(const Tree& inputs, const Tree& previous_mask,
                                     const std::string& mask_label);
};

// The shapes of a list of inputs; empty for anything else.
std::vector<Shape> listed_shapes(const ShapeTree& input_shape);
// As Python prints a list of tuples.
std::string repr(const std::vector<Shape>& shapes);

// For Maximum and Minimum: each step only considers inputs whose mask keeps it.
using BinaryFunction = Tensor (*)(const Tensor& a, const Tensor& b);
Tensor merge_with_masks(BinaryFunction function, const std::vector<Tensor>& inputs);
// The mask with a new last axis, broadcast to the shape of x.
Tensor broadcast_mask(const Tensor& mask, const Tensor& x);

}  // namespace keras
