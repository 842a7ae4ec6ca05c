// Concatenate: joins its inputs along an axis (keras/src/layers/merging/concatenate.py).
#include <algorithm>
#include <set>

#include "base/byte_size.h"
#include "base/error.h"
#include "layers/argument_validation.h"
#include "layers/merging/base_merge.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class Concatenate final : public Merge {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("axis", axis_, "Axis along which to join the inputs.");
  }

  Tree compute_mask(const Tree& inputs, const Tree& previous_mask) override {
    const std::vector<Tree> masks = masks_for(inputs, previous_mask, "Received mask=");
    if (std::all_of(masks.begin(), masks.end(), [](const Tree& mask) { return mask.is_none(); })) {
      return {};
    }
    std::vector<Tensor> parts;
    for (size_t i = 0; i < masks.size(); ++i) {
      const Tensor& input = inputs.items()[i].as_tensor();
      if (masks[i].is_none()) {
        parts.push_back(ops::ones_like(input, DType::kBool));
      } else if (const Tensor& mask = masks[i].as_tensor(); mask.rank() < input.rank()) {
        parts.push_back(
            ops::logical_or(ops::expand_dims(mask, -1), ops::zeros_like(input, DType::kBool)));
      } else {
        parts.push_back(mask);
      }
    }
    return ops::any(ops::concatenate(parts, axis_), -1);
  }

 protected:
  bool aligns_ranks() const override { return false; }

  Tensor merge(const std::vector<Tensor>& inputs) override {
    return ops::concatenate(inputs, axis_);
  }

  void check_shapes(const ShapeTree& input_shape) const override {
    const std::vector<Shape> shapes = listed_shapes(input_shape);
    if (shapes.empty()) {
      raise_value_error(
          {"A `Concatenate` layer should be called on a list of at least 1 input. Received: "
           "input_shape=",
           repr(input_shape)});
    }
    const Error mismatch = value_error(
        "A `Concatenate` layer requires inputs with matching shapes except for the concatenation "
        "axis. Received: input_shape=" +
        repr(input_shape));
    const int rank = shapes.front().rank();
    for (const Shape& shape : shapes) {
      if (shape.rank() != rank) throw mismatch;
    }
    for (int axis = 0; axis < rank; ++axis) {
      if (axis == axis_ || axis == axis_ + rank) continue;
      std::set<int64_t> sizes;
      for (const Shape& shape : shapes) {
        if (shape[axis] != kNone) sizes.insert(shape[axis]);
      }
      if (sizes.size() > 1) throw mismatch;
    }
  }

  Shape merged_shape(const std::vector<Shape>& shapes) const override {
    int64_t total = 0;
    for (const Shape& shape : shapes) {
      const int64_t size = dim_at(shape, axis_);
      if (size == kNone) total = kNone;
      if (total != kNone) total = checked_sum(total, size);
    }
    const Shape& first = shapes.front();
    return first.with(normalize_axis(axis_, first.rank()), total);
  }

 private:
  int64_t axis_ = -1;
};

}  // namespace

KERAS_LAYER(Concatenate)

}  // namespace keras
