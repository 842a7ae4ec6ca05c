// CategoryEncoding: encodes integers as one_hot, multi_hot or count
// (keras/src/layers/preprocessing/category_encoding.py).
#include "base/error.h"
#include "graph/keras_tensor.h"
#include "layers/argument_validation.h"
#include "layers/layer.h"
#include "layers/preprocessing/encode_categorical.h"
#include "layers/preprocessing/tokens.h"
#include "ops/core.h"

namespace keras {
namespace {

class CategoryEncoding final : public Layer {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("num_tokens", num_tokens_, "Number of categories.");
    f("output_mode", output_mode_, "multi_hot, one_hot or count.");
    f("sparse", sparse_, "Sparse outputs are not supported.", Field::kReadOnly);
  }

  void validate() override {
    if (output_mode_ == "binary") output_mode_ = "multi_hot";
    if (output_mode_ != "count" && output_mode_ != "one_hot" && output_mode_ != "multi_hot") {
      raise_value_error({"Unknown arg for output_mode: ", output_mode_});
    }
    if (!num_tokens_) {
      raise_value_error(
          {"num_tokens must be set to use this layer. If the number of tokens is not known "
           "beforehand, use the IntegerLookup layer instead."});
    }
    if (*num_tokens_ < 1) {
      raise_value_error(
          {"`num_tokens` must be >= 1. Received: num_tokens=", std::to_string(*num_tokens_), "."});
    }
    if (sparse_) raise_value_error({"Sparse tensors are not supported. Received: sparse=True"});
  }

  const CallSignature& call_signature() const override {
    static const CallSignature signature("inputs, count_weights=None");
    return signature;
  }
  bool converts_inputs() const override { return false; }
  bool allows_non_tensor_arguments() const override { return true; }

  Tree call(const CallArgs& args) override {
    Tensor weights;
    if (!args.get("count_weights").is_none()) {
      if (output_mode_ != "count") {
        raise_value_error(
            {"`count_weights` is not used when `output_mode` is not `'count'`. Received "
             "`count_weights=",
             repr(args.get("count_weights")), "`."});
      }
      weights = ops::cast(ops::Operand(args.get("count_weights")).tensor(), compute_dtype());
    }
    const Tensor inputs = token_tensor(args.first());
    if (inputs.is_abstract()) {
      return Tensor::abstract(output_shape(inputs.shape()), compute_dtype());
    }
    return encode_categorical(ops::to_int64(inputs), output_mode_, *num_tokens_, compute_dtype(),
                              weights);
  }

  Tree compute_output_spec(const CallArgs& args) override {
    const Tensor inputs = ops::Operand(args.first()).tensor();
    return make_keras_tensor(output_shape(inputs.shape()), compute_dtype());
  }

  ShapeTree compute_output_shape(const BuildShapes& shapes) override {
    return output_shape(shapes.first().shape());
  }

 private:
  Shape output_shape(const Shape& shape) const {
    const bool appends = output_mode_ == "one_hot" && (shape.rank() < 2 || shape.back() != 1);
    return shape.slice(0, appends ? shape.rank() : std::max(shape.rank() - 1, 0))
        .concat({*num_tokens_});
  }

  std::optional<int64_t> num_tokens_;
  std::string output_mode_ = "multi_hot";
  bool sparse_ = false;
};

}  // namespace

KERAS_LAYER(CategoryEncoding)

}  // namespace keras
