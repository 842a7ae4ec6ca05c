// Discretization: the bin of each number between boundaries, which are given or learned
// (keras/src/layers/preprocessing/discretization.py).
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "graph/keras_tensor.h"
#include "layers/argument_validation.h"
#include "layers/layer.h"
#include "layers/preprocessing/adaptable.h"
#include "layers/preprocessing/encode_categorical.h"
#include "layers/preprocessing/quantile_summary.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class Discretization final : public Layer, public Adaptable {
 public:
  void configure(const json::Object& config) override {
    json::Object own = config;
    own.erase("trainable");
    Layer::configure(own);
  }

  void fields(FieldVisitor& f) override {
    f("bin_boundaries", boundaries_, "The boundaries, unless `adapt` learns them.");
    f("num_bins", num_bins_, "Number of bins for `adapt`.");
    f("epsilon", epsilon_, "Error tolerance of the quantiles that `adapt` estimates.");
    f("output_mode", output_mode_, "int, one_hot, multi_hot or count.");
    f("sparse", sparse_, "Sparse outputs are not supported.");
    f("name", name_, "Name of the layer.");
    visit_plain_dtype(f);
  }

  // After `adapt` a config has both num_bins and bin_boundaries, which the constructor refuses.
  void configure_from_config(const json::Object& config) override {
    may_have_both_ = true;
    configure(config);
  }

  void validate() override {
    if (sparse_) raise_value_error({"`sparse=True` cannot be used with backend jax"});
    validate_string_arg(output_mode_, {"int", "one_hot", "multi_hot", "count"},
                        class_info().class_name, "output_mode");
    if (num_bins_ && *num_bins_ < 0) {
      raise_value_error({"`num_bins` must be greater than or equal to 0. Received: `num_bins=",
                         std::to_string(*num_bins_), "`"});
    }
    boundaries_ = plain_list(boundaries_);
    if (num_bins_ && !boundaries_->is_null() && !may_have_both_) {
      raise_value_error(
          {"Both `num_bins` and `bin_boundaries` should not be set. Received: "
           "`num_bins=",
           std::to_string(*num_bins_), "` and `bin_boundaries=", repr(boundaries_.value), "`"});
    }
    if (!num_bins_ && boundaries_->is_null()) {
      raise_value_error({"You need to set either `num_bins` or `bin_boundaries`."});
    }
    if (!boundaries_->is_null()) read_boundaries();
  }

  // The constructor takes no other keyword arguments.
  std::string unknown_argument_message(const json::Object& unknown) const override {
    return Object::unknown_argument_message(unknown);
  }
  bool unknown_argument_is_value_error() const override { return false; }

  bool allows_non_tensor_arguments() const override { return true; }
  DType input_dtype() const override { return DType::kFloat32; }

  Tree call(const CallArgs& args) override {
    if (boundaries_->is_null()) {
      raise_value_error(
          {"You need to either pass the `bin_boundaries` argument at construction time or call "
           "`adapt(dataset)` before you can start using the `Discretization` layer."});
    }
    const Tensor inputs = ops::Operand(args.first()).tensor();
    if (inputs.is_abstract()) return Tensor::abstract(output_shape(inputs.shape()), output_dtype());
    const Tensor bins = ops::digitize(inputs, edges_);
    if (output_mode_ == "int") return ops::cast(bins, DType::kInt32);
    return encode_categorical(ops::to_int64(bins), output_mode_, edges_.size() + 1, output_dtype());
  }

  Tree compute_output_spec(const CallArgs& args) override {
    const Tensor inputs = ops::Operand(args.first()).tensor();
    return make_keras_tensor(output_shape(inputs.shape()), output_dtype());
  }

  ShapeTree compute_output_shape(const BuildShapes& shapes) override {
    return output_shape(shapes.first().shape());
  }

  void reset_state() override {
    if (!num_bins_) {
      raise_value_error(
          {"Cannot adapt a Discretization layer that has been initialized with "
           "`bin_boundaries`, use `num_bins` instead."});
    }
    summary_ = {};
  }

  void update_state(const Tensor& batch) override {
    const Tensor numbers = ops::cast(batch, DType::kFloat32);
    const auto values = numbers.span<float>();
    summary_ = merged(summarized({values.begin(), values.end()}, epsilon_), summary_, epsilon_);
  }

  void finalize_state() override {
    json::Array boundaries;
    for (const float edge : bin_boundaries(summary_, *num_bins_))
      boundaries.emplace_back(double{edge});
    boundaries_ = json::Value(std::move(boundaries));
    read_boundaries();
    Variable::count_change();
  }

 private:
  DType output_dtype() const { return output_mode_ == "int" ? DType::kInt32 : compute_dtype(); }

  void read_boundaries() {
    std::vector<float> edges;
    at_path("bin_boundaries", [&] {
      for (const json::Value& edge : boundaries_->as_array()) {
        edges.push_back(static_cast<float>(edge.as_double()));
      }
    });
    edges_ = Tensor::from(edges, {static_cast<int64_t>(edges.size())});
  }

  Shape output_shape(const Shape& shape) const {
    if (output_mode_ == "int") return shape;
    const int64_t depth = boundaries_->is_null() ? num_bins_.value_or(kNone) : edges_.size() + 1;
    const int rank = shape.rank();
    if (output_mode_ == "one_hot") {
      return shape.slice(0, rank > 1 && shape.back() == 1 ? rank - 1 : rank).concat({depth});
    }
    if (rank < 2) return {depth};
    return shape.slice(0, 1).concat(shape.slice(2)).concat({depth});
  }

  Given<"readonly number[] | null"> boundaries_;
  std::optional<int64_t> num_bins_;
  Number epsilon_ = 0.01;
  std::string output_mode_ = "int";
  bool sparse_ = false;
  bool may_have_both_ = false;
  Tensor edges_;
  QuantileSummary summary_;
};

}  // namespace

KERAS_LAYER(Discretization)

}  // namespace keras
