// Layers that make one tensor of several (keras/src/layers/merging/base_merge.py).
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
  // One step counts when it counts in any input; none when an input has no mask.
  Tree compute_mask(const Tree& inputs, const Tree& previous_mask) override;

 protected:
  // On inputs of equal rank, unless aligns_ranks() is false.
  virtual Tensor merge(const std::vector<Tensor>& inputs) = 0;
  // As Keras promises it; by default that of an elementwise function.
  virtual Shape merged_shape(const std::vector<Shape>& shapes) const;
  virtual void check_shapes(const ShapeTree& input_shape) const;
  // Whether inputs of a lower rank get axes of one behind the batch.
  virtual bool aligns_ranks() const { return true; }
  void build_layer(const BuildShapes& shapes) override;

  // Checks inputs and masks of compute_mask, and hands the masks over; empty when there are none.
  static std::vector<Tree> masks_for(const Tree& inputs, const Tree& previous_mask,
                                     const std::string& mask_label);
};

// The shapes of a list of inputs, or an empty list when it is no list.
std::vector<Shape> listed_shapes(const ShapeTree& input_shape);
// As Python prints a list of tuples.
std::string repr(const std::vector<Shape>& shapes);

// A step is taken only from the inputs whose mask counts it: Maximum and Minimum.
using BinaryFunction = Tensor (*)(const Tensor& a, const Tensor& b);
Tensor merge_with_masks(BinaryFunction function, const std::vector<Tensor>& inputs);
// mask, with an axis more, in the shape of x.
Tensor broadcast_mask(const Tensor& mask, const Tensor& x);

}  // namespace keras
