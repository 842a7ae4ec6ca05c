// SpectralNormalization: divides the kernel of the wrapped layer by its spectral norm in training
// (keras/src/layers/normalization/spectral_normalization.py).
#include "base/error.h"
#include "graph/keras_tensor.h"
#include "layers/argument_validation.h"
#include "layers/core/wrapper.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/numpy.h"
#include "runtime/emit.h"

namespace keras {
namespace {

class SpectralNormalization final : public Wrapper {
 public:
  void fields(FieldVisitor& f) override {
    Wrapper::fields(f);
    f("power_iterations", power_iterations_, "Number of power iterations per training call.");
  }

  void validate() override {
    Wrapper::validate();
    if (power_iterations_ <= 0) {
      raise_value_error(
          {"`power_iterations` should be greater than zero. Received: `power_iterations=",
           std::to_string(power_iterations_), "`"});
    }
  }

  const CallSignature& call_signature() const override {
    static const CallSignature signature("inputs, training=False");
    return signature;
  }

  // The kernel belongs to both layers.
  Variables own_weights() const override {
    Variables weights = Wrapper::own_weights();
    if (kernel_) weights.insert(weights.begin(), kernel_);
    return weights;
  }

  Tree call(const CallArgs& args) override {
    const Tensor inputs = args.tensor("inputs");
    if (inputs.is_abstract()) {
      return Tensor::abstract(output_shape(inputs.shape()), inputs.dtype());
    }
    if (args.training()) {
      // Assigns weights, which a plan would not repeat.
      if (inputs.is_slot()) throw runtime::NotRecordable();
      normalize_kernel();
    }
    return ops::cast(layer()->apply({inputs}).as_tensor(), inputs.dtype());
  }

  Tree compute_output_spec(const CallArgs& args) override {
    return make_keras_tensor(output_shape(args.tensor("inputs").shape()), compute_dtype());
  }

  ShapeTree compute_output_shape(const BuildShapes& shapes) override {
    return layer()->compute_output_shape(shapes);
  }

 protected:
  void build_layer(const BuildShapes& shapes) override {
    Wrapper::build_layer(shapes);
    const int64_t channels = dim_at(shapes.first().shape(), -1);
    set_input_specs({{.min_ndim = 1, .axes = {{-1, channels}}}});
    kernel_ = weight_to_normalize();
    const InitializerPtr initializer = get_initializer(json::Object{
        {"class_name", "TruncatedNormal"}, {"config", json::Object{{"stddev", 0.02}}}});
    vector_u_ = add_weight("vector_u", {1, dim_at(kernel_->shape(), -1)}, initializer,
                           {.dtype = kernel_->dtype(), .trainable = false});
  }

 private:
  std::shared_ptr<Variable> weight_to_normalize() const {
    for (const std::string_view name : {"kernel", "embeddings"}) {
      for (const auto& weight : layer()->own_weights()) {
        if (weight->name() == name) return weight;
      }
    }
    raise_value_error({std::string(layer()->class_info().class_name),
                       " object has no attribute 'kernel' nor 'embeddings'"});
  }

  Shape output_shape(const Shape& input_shape) {
    return layer()->compute_output_shape(BuildShapes{{{"input_shape", input_shape}}}).shape();
  }

  // Power iteration. A kernel of zeros stays as it is.
  void normalize_kernel() {
    const Tensor kernel = kernel_->value();
    if (kernel.is_abstract() || ops::all(ops::equal(kernel, 0)).item() != 0) return;
    const Tensor matrix = ops::reshape(kernel, {-1, kernel.shape().back()});
    Tensor u = vector_u_->value(), v;
    for (int64_t i = 0; i < power_iterations_; ++i) {
      v = ops::normalize(ops::matmul(u, ops::transpose(matrix)), {});
      u = ops::normalize(ops::matmul(v, matrix), {});
    }
    const Tensor sigma = ops::matmul(ops::matmul(v, matrix), ops::transpose(u));
    const Tensor normalized = ops::divide(kernel, sigma);
    vector_u_->assign(u);
    kernel_->assign(ops::reshape(normalized, kernel.shape().dims()));
  }

  int64_t power_iterations_ = 1;
  std::shared_ptr<Variable> kernel_, vector_u_;
};

}  // namespace

KERAS_LAYER(SpectralNormalization)

}  // namespace keras
