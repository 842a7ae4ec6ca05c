// Hashing: the bin of each token by its hash (keras/src/layers/preprocessing/hashing.py).
#include "base/error.h"
#include "graph/keras_tensor.h"
#include "layers/argument_validation.h"
#include "layers/layer.h"
#include "layers/preprocessing/encode_categorical.h"
#include "layers/preprocessing/hash_bins.h"
#include "layers/preprocessing/tokens.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class Hashing final : public Layer {
 public:
  void configure(const json::Object& config) override {
    json::Object own = config;
    const json::Value* dtype = config.find("dtype");
    const json::Value* mode = config.find("output_mode");
    const bool is_int = mode == nullptr || *mode == json::Value("int");
    if (dtype == nullptr || dtype->is_null()) own.set("dtype", is_int ? "int64" : "float32");
    Layer::configure(own);
  }

  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("num_bins", num_bins_, "Number of bins, that of masked values included.", Field::kRequired);
    f("salt", salt_, "Key of SipHash, a number or two; without it the hash is FarmHash.");
    f("mask_value", mask_value_, "The value of masked inputs, which has bin 0.");
    f("output_mode", output_mode_, "int, one_hot, multi_hot or count.");
    f("sparse", sparse_, "Sparse outputs are not supported.");
  }

  void validate() override {
    if (num_bins_->is_null() || num_bins_->as_int() <= 0) {
      raise_value_error(
          {"The `num_bins` for `Hashing` cannot be `None` or non-positive values. "
           "Received: num_bins=",
           repr(num_bins_.value), "."});
    }
    const std::string policy = dtype_policy()->name();
    if (output_mode_ == "int" && policy != "int32" && policy != "int64") {
      raise_value_error(
          {"When `output_mode=\"int\"`, `dtype` should be an integer type, 'int32' "
           "or 'in64'. Received: dtype=",
           policy});
    }
    if (output_mode_ != "int" && output_mode_ != "one_hot" && output_mode_ != "multi_hot" &&
        output_mode_ != "count") {
      raise_value_error(
          {"Invalid value for argument `output_mode`. Expected one of ('int', "
           "'one_hot', 'multi_hot', 'count'). Received: output_mode=",
           output_mode_});
    }
    if (sparse_ && output_mode_ == "int") {
      raise_value_error(
          {"`sparse` may only be true if `output_mode` is `\"one_hot\"`, "
           "`\"multi_hot\"`, or `\"count\"`. Received: sparse=True and "
           "output_mode=int"});
    }
    if (sparse_) raise_value_error({"Sparse tensors are not supported. Received: sparse=True"});
    hash_ = {.bins = num_bins_->as_int(),
             .salt = standardize_salt(salt_.value,
                                      "The `salt` argument for `Hashing` can only be a tuple of "
                                      "size 2 integers, or a single integer.")};
    has_mask_ = !mask_value_->is_null() && hash_.bins > 1;
    if (has_mask_) --hash_.bins;
  }

  bool converts_inputs() const override { return false; }
  bool allows_non_tensor_arguments() const override { return true; }

  Tree call(const CallArgs& args) override {
    Tensor inputs = token_tensor(args.first());
    if (inputs.is_abstract()) return Tensor::abstract(output_shape(inputs.shape()), dtype());
    if (inputs.dtype() != DType::kString) inputs = ops::to_int64(inputs);
    return encode_categorical(bins_of(inputs), output_mode_, num_bins_->as_int(), dtype());
  }

  Tree compute_output_spec(const CallArgs& args) override {
    const Tensor inputs = ops::Operand(args.first()).tensor();
    return make_keras_tensor(output_shape(inputs.shape()), dtype());
  }

  ShapeTree compute_output_shape(const BuildShapes& shapes) override {
    return output_shape(shapes.first().shape());
  }

 private:
  DType dtype() const { return variable_dtype(); }

  Shape output_shape(const Shape& shape) const {
    if (output_mode_ == "int") return shape;
    return shape.slice(0, std::max(shape.rank() - 1, 0)).concat({num_bins_->as_int()});
  }

  bool is_masked(std::string_view token) const {
    return mask_value_->is_string() && mask_value_->as_string() == token;
  }
  bool is_masked(int64_t token) const {
    return mask_value_->is_number() && mask_value_->as_double() == static_cast<double>(token);
  }

  Tensor bins_of(const Tensor& inputs) const {
    const bool strings = inputs.dtype() == DType::kString;
    if (has_mask_ && strings != mask_value_->is_string()) {
      raise_type_error({"`mask_value` of layer '", name(), "' cannot be compared with inputs of ",
                        dtype_name(inputs.dtype()),
                        ". Received: mask_value=", repr(mask_value_.value)});
    }
    const auto self = std::static_pointer_cast<const Hashing>(shared_from_this());
    return runtime::emit_strings({inputs}, {inputs.shape(), DType::kInt64}, [&] {
      return ops::function_step("hash", [self, n = inputs.size()](auto in, auto out, auto*) {
        for_each_token(in[0], n, [&, to = out[0].template as<int64_t>()](auto token) mutable {
          const int64_t bin = self->hash_(token);
          *to++ = !self->has_mask_ ? bin : self->is_masked(token) ? 0 : bin + 1;
        });
      });
    });
  }

  Given<"number"> num_bins_;
  Given<"number | readonly [number, number] | null"> salt_;
  Given<"string | number | null"> mask_value_;
  std::string output_mode_ = "int";
  bool sparse_ = false;
  HashBins hash_;  // without the bin of masked values
  bool has_mask_ = false;
};

}  // namespace

KERAS_LAYER(Hashing)

}  // namespace keras
