#include "layers/merging/base_merge.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/lists.h"
#include "graph/keras_tensor.h"
#include "ops/numpy.h"

namespace keras {
namespace {

std::vector<Tensor> tensors_of(const Tree& inputs) {
  if (!inputs.is_sequence()) {
    raise_value_error({"A merge layer should be called on a list of inputs. Received: inputs=",
                       repr(inputs), " (not a list of tensors)"});
  }
  std::vector<Tensor> tensors;
  for (const Tree& item : inputs.items()) {
    tensors.push_back(item.is_ndarray() ? item.as_ndarray().data : item.as_tensor());
  }
  if (tensors.empty()) {
    raise_value_error(
        {"A merge layer should be called on a list of at least 1 input. Received 0 inputs. Full "
         "input_shape received: []"});
  }
  return tensors;
}

// Broadcasting as Keras infers it: unknown dimensions stay unknown.
Shape elementwise_shape(const Shape& a, const Shape& b) {
  if (a.rank() < b.rank()) return elementwise_shape(b, a);
  Shape out = a;
  const int shift = a.rank() - b.rank();
  for (int i = 0; i < b.rank(); ++i) {
    int64_t& dim = out[i + shift];
    if (dim == kNone || b[i] == kNone) {
      dim = kNone;
    } else if (dim == 1) {
      dim = b[i];
    } else if (b[i] != 1 && b[i] != dim) {
      raise_value_error(
          {"Inputs have incompatible shapes. Received shapes ", repr(a), " and ", repr(b)});
    }
  }
  return out;
}

Shape without_batch(const Shape& shape) { return shape.slice(std::min(1, shape.rank())); }

}  // namespace

std::vector<Shape> listed_shapes(const ShapeTree& input_shape) {
  std::vector<Shape> shapes;
  if (!input_shape.is_list()) return shapes;
  for (const ShapeTree& item : input_shape.list()) shapes.push_back(item.shape());
  return shapes;
}

std::string repr(const std::vector<Shape>& shapes) {
  std::string out;
  for (const Shape& shape : shapes) append_item(out, repr(shape));
  return "[" + out + "]";
}

void Merge::check_shapes(const ShapeTree& input_shape) const {
  const std::vector<Shape> shapes = listed_shapes(input_shape);
  if (shapes.empty()) {
    raise_value_error({"A merge layer should be called on a list of inputs. Received: input_shape=",
                       repr(input_shape), " (not a list of shapes)"});
  }
  std::set<int64_t> batches;
  for (const Shape& shape : shapes) {
    if (!shape.empty() && shape[0] != kNone) batches.insert(shape[0]);
  }
  if (batches.size() > 1) {
    raise_value_error(
        {"Cannot merge tensors with different batch sizes. Received tensors with shapes ",
         repr(shapes)});
  }
  merged_shape(shapes);
}

void Merge::build_layer(const BuildShapes& shapes) { check_shapes(shapes.first()); }

Shape Merge::merged_shape(const std::vector<Shape>& shapes) const {
  Shape out = without_batch(shapes.front());
  std::set<int64_t> batches;
  for (const Shape& shape : shapes) {
    out = elementwise_shape(out, without_batch(shape));
    if (!shape.empty() && shape[0] != kNone) batches.insert(shape[0]);
  }
  return Shape{batches.size() == 1 ? *batches.begin() : kNone}.concat(out);
}

Tree Merge::call(const CallArgs& args) {
  std::vector<Tensor> inputs = tensors_of(args.first());
  if (std::any_of(inputs.begin(), inputs.end(), [](const Tensor& x) { return x.is_abstract(); })) {
    std::vector<Shape> shapes;
    for (const Tensor& input : inputs) shapes.push_back(input.shape());
    return Tensor::abstract(merged_shape(shapes), compute_dtype());
  }
  if (aligns_ranks()) {
    int rank = 0;
    for (const Tensor& input : inputs) rank = std::max(rank, input.rank());
    for (Tensor& input : inputs) {
      while (input.rank() < rank) input = ops::expand_dims(input, 1);
    }
  }
  return merge(inputs);
}

Tree Merge::compute_output_spec(const CallArgs& args) {
  std::vector<Shape> shapes;
  for (const Tensor& input : tensors_of(args.first())) shapes.push_back(input.shape());
  return make_keras_tensor(merged_shape(shapes), compute_dtype());
}

ShapeTree Merge::compute_output_shape(const BuildShapes& shapes) {
  check_shapes(shapes.first());
  return merged_shape(listed_shapes(shapes.first()));
}

std::vector<Tree> Merge::masks_for(const Tree& inputs, const Tree& previous_mask,
                                   const std::string& mask_label) {
  if (previous_mask.is_none()) return {};
  if (!previous_mask.is_sequence()) {
    raise_value_error({"`mask` should be a list. ", mask_label, repr(previous_mask)});
  }
  if (!inputs.is_sequence()) {
    raise_value_error({"`inputs` should be a list. Received: inputs=", repr(inputs)});
  }
  if (previous_mask.items().size() != inputs.items().size()) {
    raise_value_error(
        {"The lists `inputs` and `mask` should have the same length. Received: inputs=",
         repr(inputs), " of length ", std::to_string(inputs.items().size()), ", and mask=",
         repr(previous_mask), " of length ", std::to_string(previous_mask.items().size())});
  }
  return previous_mask.items();
}

Tree Merge::compute_mask(const Tree& inputs, const Tree& previous_mask) {
  const std::vector<Tree> masks = masks_for(inputs, previous_mask, "Received: mask=");
  if (masks.empty() ||
      std::any_of(masks.begin(), masks.end(), [](const Tree& mask) { return mask.is_none(); })) {
    return {};
  }
  Tensor mask = masks.front().as_tensor();
  for (size_t i = 1; i < masks.size(); ++i) mask = ops::logical_or(mask, masks[i].as_tensor());
  return mask;
}

Tensor broadcast_mask(const Tensor& mask, const Tensor& x) {
  return ops::broadcast_to(ops::expand_dims(mask, -1), x.shape());
}

Tensor merge_with_masks(BinaryFunction function, const std::vector<Tensor>& inputs) {
  Tensor output = inputs.front();
  Tensor output_mask = output.mask() ? broadcast_mask(output.mask(), output) : Tensor();
  for (size_t i = 1; i < inputs.size(); ++i) {
    Tensor x = inputs[i];
    const Tensor mask = x.mask() ? broadcast_mask(x.mask(), x) : Tensor();
    if (mask) x = ops::where(mask, x, output);
    if (output_mask) output = ops::where(output_mask, output, x);
    output_mask = mask && output_mask ? ops::logical_or(output_mask, mask) : Tensor();
    output = function(output, x);
  }
  if (output_mask) output.set_mask(ops::any(output_mask, -1));
  return output;
}

}  // namespace keras
