// TimeDistributed: applies a layer to every time step (keras/src/layers/rnn/time_distributed.py).
#include "base/error.h"
#include "layers/core/wrapper.h"
#include "layers/rnn/sample_wise.h"
#include "ops/ops.h"

namespace keras {
namespace {

class TimeDistributed final : public Wrapper {
 public:
  void validate() override {
    if (!layer()) {
      raise_value_error(
          {"Please initialize `TimeDistributed` layer with a `keras.layers.Layer` instance. "
           "Received: None"});
    }
    Wrapper::validate();
  }

  bool supports_masking() const override { return true; }

  const CallSignature& call_signature() const override {
    static const CallSignature signature("inputs, training=None, mask=None");
    return signature;
  }

  Tree call(const CallArgs& args) override {
    const Tensor inputs = args.tensor("inputs");
    const Tensor mask = args.tensor("mask");
    if (mask) check_mask(mask.shape(), inputs.shape());
    if (inputs.is_abstract()) {
      return Tensor::abstract(output_shape(inputs.shape()), compute_dtype());
    }
    const CallSignature& signature = layer()->call_signature();
    Tree::Dict kwargs;
    if (signature.has("training")) kwargs.set("training", args.get("training"));
    const bool passes_mask = mask && signature.has("mask");
    if (!passes_mask && !args.training() && is_sample_wise(*layer())) {
      return call_on_all_steps(inputs, kwargs);
    }
    std::vector<Tensor> masks;
    if (passes_mask) masks = ops::unstack(mask, {}, 1);
    std::vector<Tensor> outputs;
    for (const Tensor& step : ops::unstack(inputs, {}, 1)) {
      if (passes_mask) kwargs.set("mask", masks[outputs.size()]);
      outputs.push_back(call_layer(step, kwargs));
    }
    return ops::stack(outputs, 1);
  }

  Tree compute_output_spec(const CallArgs& args) override {
    return make_keras_tensor(output_shape(args.tensor("inputs").shape()), compute_dtype());
  }

  ShapeTree compute_output_shape(const BuildShapes& shapes) override {
    return output_shape(shapes.first().shape());
  }

 protected:
  void build_layer(const BuildShapes& shapes) override {
    const ShapeTree& tree = shapes.first();
    if (!tree.is_shape()) throw too_few_dimensions(repr(tree));
    Wrapper::build_layer(BuildShapes{{{"input_shape", child_shape(tree.shape())}}});
  }

 private:
  static Error too_few_dimensions(const std::string& shape) {
    return value_error(
        "`TimeDistributed` Layer should be passed an `input_shape` with at least 3 dimensions, "
        "received: " +
        shape);
  }

  static Shape child_shape(const Shape& shape) {
    if (shape.rank() < 3) throw too_few_dimensions(repr(shape));
    return Shape{shape.front()}.concat(shape.slice(2));
  }

  Shape output_shape(const Shape& shape) {
    const BuildShapes child{{{"input_shape", child_shape(shape)}}};
    const Shape output = layer()->compute_output_shape(child).shape();
    return Shape{output.front(), shape[1]}.concat(output.slice(1));
  }

  // Runs only the computation; masks and casts are handled by this layer.
  Tensor call_layer(const Tensor& input, const Tree::Dict& kwargs) {
    return layer()->call(CallArgs(layer()->call_signature(), {input}, kwargs)).as_tensor();
  }

  // Folds steps into the batch, so that one call computes all.
  Tensor call_on_all_steps(const Tensor& inputs, const Tree::Dict& kwargs) {
    const int64_t batch = inputs.shape()[0];
    const int64_t steps = inputs.shape()[1];
    const Shape folded = Shape{batch * steps}.concat(inputs.shape().slice(2));
    const Tensor outputs = call_layer(ops::reshape(inputs, folded.dims()), kwargs);
    return ops::reshape(outputs, Shape{batch, steps}.concat(outputs.shape().slice(1)).dims());
  }

  static void check_mask(const Shape& mask, const Shape& input) {
    if (mask.rank() < 2) {
      raise_value_error(
          {"The `mask` passed to the `TimeDistributed` layer must be at least 2D (e.g., "
           "`(batch_size, timesteps)`), but it has ",
           std::to_string(mask.rank()), " dimension(s) with shape ", repr(mask), "."});
    }
    const auto differ = [&](int axis) {
      return mask[axis] != kNone && input[axis] != kNone && mask[axis] != input[axis];
    };
    if (!differ(0) && !differ(1)) return;
    const auto dim = [&](int axis) {
      return input[axis] == kNone ? std::string("None") : std::to_string(input[axis]);
    };
    raise_value_error({"The `mask` passed to the `TimeDistributed` layer has a shape ", repr(mask),
                       " that is incompatible with the input shape ", repr(input),
                       ". The first two dimensions of the mask (batch size and timesteps) must "
                       "match the input's first two dimensions. Expected mask shape prefix: (",
                       dim(0), ", ", dim(1), ")."});
  }
};

}  // namespace

KERAS_LAYER(TimeDistributed)

}  // namespace keras
