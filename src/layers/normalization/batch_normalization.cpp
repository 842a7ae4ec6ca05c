// BatchNormalization: normalizes each channel by batch statistics in training and by moving
// averages in inference (keras/src/layers/normalization/batch_normalization.py).
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "layers/normalization/affine_normalization.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/numpy.h"
#include "runtime/emit.h"

namespace keras {
namespace {

constexpr double kMaskEpsilon = 1e-7;  // keras.config.epsilon()

class BatchNormalization final : public AffineNormalization {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("axis", axis_, "The channels axis.");
    f("momentum", momentum_, "Momentum of the moving averages.");
    scale_fields(f);
    initializer_fields(f);
    f("moving_mean_initializer", moving_mean_initializer_, "Initializer of the moving mean.");
    f("moving_variance_initializer", moving_variance_initializer_,
      "Initializer of the moving variance.");
    restriction_fields(f);
    f("synchronized", synchronized_, "Not supported; must be false.");
    f("renorm", renorm_, "Whether to use batch renormalization.");
    f("renorm_clipping", renorm_clipping_, "Bounds `rmin`, `rmax` and `dmax` of the correction.");
    f("renorm_momentum", renorm_momentum_, "Momentum of the averages that renormalization uses.");
  }

  void validate() override {
    if (synchronized_) {
      raise_value_error(
          {"Argument synchronized=True is only supported with the TensorFlow backend."});
    }
    momentum_ = double{momentum_};
    epsilon_ = double{epsilon_};
    if (renorm_) validate_clipping();
  }

  const CallSignature& call_signature() const override {
    static const CallSignature signature("inputs, training=None, mask=None");
    return signature;
  }

  Tensor call_one(const Tensor& inputs, const CallArgs& args) override {
    const Tensor mask = args.tensor("mask");
    if (mask && mask.rank() != inputs.rank() - 1) {
      raise_value_error(
          {"The mask provided should be one dimension less than the inputs. Received: mask.shape=",
           repr(mask.shape()), ", inputs.shape=", repr(inputs.shape())});
    }
    // At least float32, whatever the compute dtype.
    const DType dtype = result_type({inputs.dtype()}, {DType::kFloat32});
    const Tensor x = ops::cast(inputs, dtype);
    Transform t{value_in(moving_mean_, dtype), value_in(moving_variance_, dtype),
                value_in(gamma_, dtype), value_in(beta_, dtype)};
    if (args.training() && trainable()) use_batch_statistics(x, mask, t);
    const Tensor outputs =
        ops::batch_normalization(x, t.mean, t.variance, axis_, t.beta, t.gamma, epsilon_);
    return ops::cast(outputs, compute_dtype());
  }

 protected:
  Shape output_shape(const Shape& input_shape) const override {
    check_axes(axis_, input_shape);
    return input_shape;
  }

  void build_one(const Shape& input_shape) override {
    const int64_t size = dim_at(input_shape, axis_);
    const Shape shape{size};
    if (scale_) add_gamma(shape);
    if (center_) add_beta(shape);
    moving_mean_ = add_state("moving_mean", shape, moving_mean_initializer_);
    moving_variance_ = add_state("moving_variance", shape, moving_variance_initializer_);
    if (renorm_) {
      moving_stddev_ = add_state("moving_stddev", shape, stddev_initializer());
      renorm_mean_ = add_state("renorm_mean", shape, clone(moving_mean_initializer_));
      renorm_stddev_ = add_state("renorm_stddev", shape, stddev_initializer());
    }
    set_input_specs({{.ndim = input_shape.rank(), .axes = {{static_cast<int>(axis_), size}}}});
  }

 private:
  // Statistics and affine parameters to normalize with.
  struct Transform {
    Tensor mean, variance, gamma, beta;
  };

  // The square root of another initializer's values.
  class SquareRoot final : public Initializer {
   public:
    explicit SquareRoot(InitializerPtr inner) : inner_(std::move(inner)) {}
    Tensor operator()(const Shape& shape, DType dtype) override {
      return ops::sqrt((*inner_)(shape, dtype));
    }

   private:
    InitializerPtr inner_;
  };

  static InitializerPtr clone(const InitializerPtr& initializer) {
    return initializer ? initializer->clone() : nullptr;
  }
  InitializerPtr stddev_initializer() const {
    return std::make_shared<SquareRoot>(moving_variance_initializer_
                                            ? moving_variance_initializer_->clone()
                                            : get_initializer("glorot_uniform"));
  }

  std::shared_ptr<Variable> add_state(const std::string& name, const Shape& shape,
                                      const InitializerPtr& initializer) {
    return add_weight(name, shape, initializer, {.trainable = false});
  }

  // Ignores autocasting.
  static Tensor value_in(const std::shared_ptr<Variable>& variable, DType dtype) {
    return variable ? ops::cast(variable->uncast_value(), dtype) : Tensor();
  }

  static Tensor average(const Tensor& old, const Tensor& value, double momentum) {
    return ops::add(ops::multiply(old, momentum), ops::multiply(value, 1.0 - momentum));
  }

  void use_batch_statistics(const Tensor& x, const Tensor& mask, Transform& t) {
    // Updates the moving averages, which a plan would not repeat.
    if (x.is_slot()) throw runtime::NotRecordable();
    const Transform moving = t;
    const ops::Moments moments = mask ? masked_moments(x, mask) : ops::moments(x, other_axes(x));
    t.mean = moments.mean;
    t.variance = moments.variance;
    if (renorm_) {
      correct(t);
      update_renorm_statistics(moments, moving.mean);
    } else {
      moving_mean_->assign(average(moving.mean, t.mean, momentum_));
      moving_variance_->assign(average(moving.variance, t.variance, momentum_));
    }
  }

  ops::Axes other_axes(const Tensor& x) const {
    std::vector<int64_t> axes;
    for (int axis = 0; axis < x.rank(); ++axis) {
      if (axis != axis_ && axis != axis_ + x.rank()) axes.push_back(axis);
    }
    return axes;
  }

  ops::Moments masked_moments(const Tensor& x, const Tensor& mask) const {
    const ops::Axes axes = other_axes(x);
    const Tensor counts =
        ops::cast(ops::broadcast_to(ops::expand_dims(mask, -1), x.shape()), DType::kBool);
    const auto sum = [&](const Tensor& values) {
      return ops::sum(values, axes, /*keepdims=*/true);
    };
    const Tensor weight = ops::add(sum(ops::cast(counts, x.dtype())), kMaskEpsilon);
    const Tensor mean = ops::divide(sum(ops::where(counts, x, 0)), weight);
    const Tensor difference = ops::where(counts, ops::subtract(x, mean), 0);
    const Tensor variance = ops::divide(sum(ops::square(difference)), weight);
    return {ops::ravel(mean), ops::ravel(variance)};
  }

  // Batch renormalization: corrects gamma and beta for the difference to the moving statistics.
  void correct(Transform& t) const {
    const DType dtype = t.mean.dtype();
    const Tensor stddev = ops::sqrt(ops::add(t.variance, double{epsilon_}));
    const Tensor running = ops::maximum(value_in(renorm_stddev_, dtype), std::sqrt(epsilon_));
    Tensor r = ops::divide(stddev, running);
    Tensor d = ops::divide(ops::subtract(t.mean, value_in(renorm_mean_, dtype)), running);
    if (const auto rmin = clipping("rmin")) r = ops::maximum(r, *rmin);
    if (const auto rmax = clipping("rmax")) r = ops::minimum(r, *rmax);
    if (const auto dmax = clipping("dmax")) d = ops::clip(d, -*dmax, *dmax);
    const Tensor shift = t.gamma ? ops::multiply(d, t.gamma) : d;
    t.gamma = t.gamma ? ops::multiply(r, t.gamma) : r;
    t.beta = t.beta ? ops::add(shift, t.beta) : shift;
  }

  void update_renorm_statistics(const ops::Moments& batch, const Tensor& moving_mean) {
    const DType dtype = batch.mean.dtype();
    const Tensor stddev = ops::sqrt(ops::add(batch.variance, double{epsilon_}));
    renorm_mean_->assign(average(value_in(renorm_mean_, dtype), batch.mean, renorm_momentum_));
    renorm_stddev_->assign(average(value_in(renorm_stddev_, dtype), stddev, renorm_momentum_));
    moving_mean_->assign(average(moving_mean, batch.mean, momentum_));
    const Tensor moving_stddev = average(value_in(moving_stddev_, dtype), stddev, momentum_);
    moving_stddev_->assign(moving_stddev);
    moving_variance_->assign(
        ops::relu(ops::subtract(ops::multiply(moving_stddev, moving_stddev), double{epsilon_})));
  }

  std::optional<double> clipping(std::string_view key) const {
    const json::Value* value = renorm_clipping_.find(key);
    if (value == nullptr || value->is_null()) return {};
    return value->as_double();
  }

  void validate_clipping() {
    if (!renorm_clipping_.truthy()) renorm_clipping_ = json::Object{};
    for (const auto& [key, value] : renorm_clipping_.as_object()) {
      if (key != "rmax" && key != "rmin" && key != "dmax") {
        raise_value_error(
            {"Received invalid keys for `renorm_clipping` argument: ", repr(renorm_clipping_),
             ". Supported values: ['rmax', 'rmin', 'dmax']."});
      }
    }
    // Keras prints these braces.
    if (clipping("rmax") && clipping("rmin") && *clipping("rmax") < *clipping("rmin")) {
      raise_value_error(
          {"rmax should be greater than rmin in the `renorm_clipping` argument. Received: "
           "rmax={rmax}, rmin={rmin}."});
    }
    if (clipping("dmax") && *clipping("dmax") < 0) {
      raise_value_error(
          {"dmax should be non-negative in the `renorm_clipping` argument. Received: "
           "dmax={dmax}."});
    }
  }

  int64_t axis_ = -1;
  Number momentum_ = 0.99;
  InitializerPtr moving_mean_initializer_ = get_initializer("zeros");
  InitializerPtr moving_variance_initializer_ = get_initializer("ones");
  bool synchronized_ = false;
  bool renorm_ = false;
  json::Value renorm_clipping_;
  Number renorm_momentum_ = 0.99;
  std::shared_ptr<Variable> moving_mean_, moving_variance_;
  std::shared_ptr<Variable> moving_stddev_, renorm_mean_, renorm_stddev_;
};

}  // namespace

KERAS_LAYER(BatchNormalization)

}  // namespace keras
