// HashedCrossing: the bin of each combination of features
// (keras/src/layers/preprocessing/hashed_crossing.py).
#include "base/error.h"
#include "graph/keras_tensor.h"
#include "kernels/string_hash.h"
#include "layers/argument_validation.h"
#include "layers/layer.h"
#include "layers/preprocessing/encode_categorical.h"
#include "layers/preprocessing/tokens.h"
#include "ops/common/support.h"
#include "ops/core.h"

namespace keras {
namespace {

// The key of tf.sparse.cross_hashed.
constexpr uint64_t kHashKey = 0xDECAFCAFFE;

uint64_t feature_of(std::string_view token) { return kernels::fingerprint64(token); }
uint64_t feature_of(int64_t token) { return static_cast<uint64_t>(token); }

class HashedCrossing final : public Layer {
 public:
  void configure(const json::Object& config) override {
    json::Object own;
    // Keras accepts and ignores other keys.
    for (const char* key : {"num_bins", "output_mode", "sparse", "name", "dtype"}) {
      if (const json::Value* given = config.find(key)) own.set(key, *given);
    }
    const json::Value* dtype = config.find("dtype");
    const json::Value* mode = config.find("output_mode");
    const bool is_int = mode == nullptr || *mode == json::Value("int");
    if (is_int && (dtype == nullptr || dtype->is_null())) own.set("dtype", "int64");
    Layer::configure(own);
  }

  void fields(FieldVisitor& f) override {
    f("num_bins", num_bins_, "Number of bins.", Field::kRequired);
    f("output_mode", output_mode_, "int or one_hot.");
    f("sparse", sparse_, "Sparse outputs are not supported.");
    f("name", name_, "Name of the layer.");
    visit_plain_dtype(f);
  }

  void validate() override {
    if (sparse_) {
      raise_value_error({"`sparse=True` can only be used with the TensorFlow backend."});
    }
    validate_string_arg(output_mode_, {"int", "one_hot"}, class_info().class_name, "output_mode");
    if (num_bins_ < 1) {
      raise_value_error(
          {"`num_bins` must be positive. Received: num_bins=", std::to_string(num_bins_)});
    }
  }

  bool converts_inputs() const override { return false; }
  bool allows_non_tensor_arguments() const override { return true; }

  Tree call(const CallArgs& args) override {
    const std::vector<Tensor> inputs = inputs_of(args.first());
    if (std::ranges::any_of(inputs, [](const Tensor& x) { return x.is_abstract(); })) {
      return Tensor::abstract(output_shape(shapes_of(args.first())), compute_dtype());
    }
    const Shape& shape = inputs.front().shape();
    const Tensor bins =
        runtime::emit_strings(inputs, std::vector<runtime::Spec>{{shape, DType::kInt64}}, [&] {
          return ops::function_step(
              "cross", [bins = num_bins_, n = inputs.front().size()](auto in, auto out, auto*) {
                std::vector<uint64_t> hashes(static_cast<size_t>(n), kHashKey);
                for (const runtime::View& view : in) {
                  for_each_token(view, n, [&, to = hashes.data()](auto token) mutable {
                    *to = kernels::fingerprint_cat64(*to, feature_of(token));
                    ++to;
                  });
                }
                for (size_t i = 0; i < hashes.size(); ++i) {
                  out[0].template as<int64_t>()[i] =
                      static_cast<int64_t>(hashes[i] % static_cast<uint64_t>(bins));
                }
              });
        }).front();
    return encode_categorical(bins, output_mode_, num_bins_, compute_dtype());
  }

  Tree compute_output_spec(const CallArgs& args) override {
    return make_keras_tensor(output_shape(shapes_of(args.first())), compute_dtype());
  }

  ShapeTree compute_output_shape(const BuildShapes& shapes) override {
    return output_shape(shapes.first());
  }

 private:
  Shape output_shape(const ShapeTree& shapes) const {
    if (!shapes.is_list() || shapes.list().size() != 2 || !shapes.list()[0].is_shape() ||
        !shapes.list()[1].is_shape()) {
      raise_value_error(
          {"Expected as input a list/tuple of 2 tensors. Received input_shape=", repr(shapes)});
    }
    const Shape& first = shapes.list()[0].shape();
    const Shape& second = shapes.list()[1].shape();
    const bool differ =
        first.rank() == 0 || second.rank() == 0 ? first != second : first.back() != second.back();
    if (differ) {
      raise_value_error(
          {"Expected the two input tensors to have identical shapes. Received "
           "input_shape=",
           repr(shapes)});
    }
    if (output_mode_ == "int") return first;
    const bool appends = first.rank() == 0 || first.back() != 1;
    return first.slice(0, appends ? first.rank() : first.rank() - 1).concat({num_bins_});
  }

  std::vector<Tensor> inputs_of(const Tree& given) const {
    if (!given.is_sequence()) {
      raise_value_error(
          {"`HashedCrossing` should be called on a list or tuple of inputs. "
           "Received: inputs=",
           repr(given)});
    }
    if (given.items().size() < 2) {
      raise_value_error(
          {"`HashedCrossing` should be called on at least two inputs. Received: "
           "inputs=",
           repr(given)});
    }
    std::vector<Tensor> inputs;
    for (const Tree& item : given.items()) inputs.push_back(token_tensor(item));
    const Shape& first = inputs.front().shape();
    if (first.rank() > 2 || (first.rank() == 2 && first.back() != 1)) {
      raise_value_error(
          {"All `HashedCrossing` inputs should have shape `()`, `(batch_size)` or "
           "`(batch_size, 1)`. Received: inputs=",
           repr(given)});
    }
    for (Tensor& input : inputs) {
      if (input.shape() != first) {
        raise_value_error({"All `HashedCrossing` inputs should have equal shape. Received: inputs=",
                           repr(given)});
      }
      if (input.dtype() == DType::kString) continue;
      if (!is_integer(input.dtype())) {
        raise_value_error(
            {"All `HashedCrossing` inputs should have an integer or string dtype. "
             "Received: inputs=",
             repr(given)});
      }
      if (!input.is_abstract()) input = ops::to_int64(input);
    }
    return inputs;
  }

  int64_t num_bins_ = 1;
  std::string output_mode_ = "int";
  bool sparse_ = false;
};

}  // namespace

KERAS_LAYER(HashedCrossing)

}  // namespace keras
