// Dot: the product of two inputs, per sample (keras/src/layers/merging/dot.py).
#include <algorithm>
#include <array>

#include "base/error.h"
#include "layers/argument_validation.h"
#include "layers/merging/base_merge.h"
#include "ops/nn.h"
#include "ops/numpy.h"

namespace keras {
namespace {

using AxisOfEach = std::array<int, 2>;

// All axes but the batch and the summed one, and the operand as a matrix.
struct Operand {
  Tensor matrix;                // [batch, others, summed] or [batch, summed, others]
  std::vector<int64_t> others;  // their sizes
};

Operand as_matrix(const Tensor& x, int summed, bool summed_last) {
  Operand out;
  std::vector<int64_t> order{0};
  if (!summed_last) order.push_back(summed);
  for (int axis = 1; axis < x.rank(); ++axis) {
    if (axis == summed) continue;
    order.push_back(axis);
    out.others.push_back(x.shape()[axis]);
  }
  if (summed_last) order.push_back(summed);
  const int64_t rest = Shape(out.others).size();
  const Shape& shape = x.shape();
  const Tensor ordered = std::is_sorted(order.begin(), order.end()) ? x : ops::transpose(x, order);
  out.matrix =
      ops::reshape(ordered, summed_last ? std::vector<int64_t>{shape[0], rest, shape[summed]}
                                        : std::vector<int64_t>{shape[0], shape[summed], rest});
  return out;
}

class Dot final : public Merge {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("axes", axes_, "The summed axis, or one per input.", Field::kRequired);
    f("normalize", normalize_,
      "Whether to normalize the inputs first, which gives the cosine similarity.");
  }

  void validate() override {
    if (axes_->is_int()) return;
    const std::string received = " Received: axes=" + python_str(axes_);
    if (!axes_->is_array()) {
      raise_type_error(
          {"Invalid type for argument `axes`: it should be a list or an int.", received});
    }
    const std::string format = "Invalid format for argument `axes`: ";
    if (axes_->as_array().size() != 2) {
      raise_value_error({format, "it should contain two elements.", received});
    }
    for (const json::Value& axis : axes_->as_array()) {
      if (!axis.is_int())
        raise_value_error({format, "list elements should be integers.", received});
    }
  }

  Tree compute_mask(const Tree&, const Tree&) override { return {}; }

 protected:
  bool aligns_ranks() const override { return false; }

  void check_shapes(const ShapeTree& input_shape) const override {
    const std::vector<Shape> shapes = listed_shapes(input_shape);
    if (shapes.size() != 2) {
      raise_value_error(
          {"A `Dot` layer should be called on a list of 2 inputs. Received: input_shape=",
           repr(input_shape)});
    }
    const AxisOfEach axes = resolve(shapes[0].rank(), shapes[1].rank());
    const int64_t a = shapes[0][axes[0]];
    const int64_t b = shapes[1][axes[1]];
    if (a == b) return;
    const auto text = [](int64_t dim) { return dim == kNone ? "None" : std::to_string(dim); };
    raise_value_error({"Incompatible input shapes: axis values ", text(a), " (at axis ",
                       std::to_string(axes[0]), ") != ", text(b), " (at axis ",
                       std::to_string(axes[1]), "). Full input shapes: ", repr(shapes[0]), ", ",
                       repr(shapes[1])});
  }

  Shape merged_shape(const std::vector<Shape>& shapes) const override {
    if (shapes.size() != 2) {
      raise_value_error(
          {"A `Dot` layer should be called on a list of 2 inputs. Received: input_shape=",
           repr(shapes)});
    }
    const AxisOfEach axes = resolve(shapes[0].rank(), shapes[1].rank());
    Shape out;
    for (int axis = 0; axis < shapes[0].rank(); ++axis) {
      if (axis != axes[0]) out.push_back(shapes[0][axis]);
    }
    // Without the batch, which Keras finds in front after removing the summed axis.
    for (int axis = 1; axis < shapes[1].rank(); ++axis) {
      if (axis != axes[1]) out.push_back(shapes[1][axis]);
    }
    if (out.rank() == 1) out.push_back(1);
    return out;
  }

  Tensor merge(const std::vector<Tensor>& inputs) override {
    if (inputs.size() != 2) {
      raise_value_error({"A `Dot` layer should be called on exactly 2 inputs. Received: inputs=",
                         repr(Tree::list({inputs.begin(), inputs.end()}))});
    }
    const AxisOfEach axes = resolve(inputs[0].rank(), inputs[1].rank());
    check_operands(inputs, axes);
    const auto prepared = [&](size_t i) {
      return normalize_ ? ops::normalize(inputs[i], axes[i]) : inputs[i];
    };
    const Operand a = as_matrix(prepared(0), axes[0], /*summed_last=*/true);
    const Operand b = as_matrix(prepared(1), axes[1], /*summed_last=*/false);
    std::vector<int64_t> shape{inputs[0].shape()[0]};
    shape.insert(shape.end(), a.others.begin(), a.others.end());
    shape.insert(shape.end(), b.others.begin(), b.others.end());
    if (shape.size() == 1) shape.push_back(1);
    return ops::reshape(ops::matmul(a.matrix, b.matrix), shape);
  }

 private:
  AxisOfEach resolve(int rank0, int rank1) const {
    const auto one = [](int64_t axis, int rank) { return normalize_axis(axis, rank); };
    if (axes_->is_int()) return {one(axes_->as_int(), rank0), one(axes_->as_int(), rank1)};
    return {one(axes_->as_array()[0].as_int(), rank0), one(axes_->as_array()[1].as_int(), rank1)};
  }

  static void check_operands(const std::vector<Tensor>& inputs, const AxisOfEach& axes) {
    const Shape& x = inputs[0].shape();
    const Shape& y = inputs[1].shape();
    const std::string shapes = " Received inputs with shapes " + repr(x) + " and " + repr(y) + ".";
    if (x.rank() < 2 || y.rank() < 2) {
      raise_value_error({"Cannot do batch_dot on inputs with rank < 2.", shapes});
    }
    if (x[0] != y[0]) {
      raise_value_error({"Cannot do batch_dot on inputs with different batch sizes.", shapes});
    }
    if (axes[0] == 0 || axes[1] == 0) {
      raise_value_error(
          {"Cannot perform batch_dot over axis 0. If your inputs are not batched, add a dummy "
           "batch "
           "dimension to your inputs using keras.ops.expand_dims(x, 0)"});
    }
    if (x[axes[0]] != y[axes[1]]) {
      raise_value_error({"Cannot do batch_dot on inputs with shapes ", repr(x), " and ", repr(y),
                         " with axes=[", std::to_string(axes[0]), ", ", std::to_string(axes[1]),
                         "]. x.shape[", std::to_string(axes[0]), "] != y.shape[",
                         std::to_string(axes[1]), "] (", std::to_string(x[axes[0]]),
                         " != ", std::to_string(y[axes[1]]), ")."});
    }
  }

  GivenAxes axes_;
  bool normalize_ = false;
};

}  // namespace

KERAS_LAYER(Dot)

}  // namespace keras
