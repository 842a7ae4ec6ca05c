#include "layers/preprocessing/normalization.h"

#include <algorithm>

#include "base/error.h"
#include "base/sort.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "serialization/deserialize.h"
#include "serialization/serialize.h"

namespace keras {
namespace {

constexpr double kEpsilon = 1e-7;  // keras.config.epsilon()

bool has_float(const json::Value& value) {
  if (!value.is_array()) return value.is_double();
  return std::any_of(value.as_array().begin(), value.as_array().end(), has_float);
}

void make_floats(json::Value& value) {
  if (value.is_array()) {
    for (json::Value& item : value.as_array()) make_floats(item);
  } else if (value.is_number()) {
    value = value.as_double();
  }
}

// As np.array(value).tolist(): numbers keep double precision and share one type.
json::Value as_number_list(const json::Value& given) {
  if (given.is_null() || given.is_number()) return given;
  const Tree value = deserialize_keras_object(given);
  json::Value list = given;
  const Tensor values = ops::Operand(value).tensor();
  if (!given.is_array()) return nested_values(values);
  if (has_float(list)) make_floats(list);
  return list;
}

Shape shape_of(const json::Value& value) {
  Shape shape;
  for (const json::Value* v = &value; v->is_array(); v = &v->as_array().front()) {
    shape.push_back(static_cast<int64_t>(v->as_array().size()));
    if (v->as_array().empty()) break;
  }
  return shape;
}

}  // namespace

KERAS_LAYER(Normalization)

void Normalization::fields(FieldVisitor& f) {
  Layer::fields(f);
  f("axis", axis_, "Axes with separate statistics; null for scalar statistics.");
  f("invert", invert_, "Whether to invert the normalization.");
  f("mean", mean_, "Mean, unless `adapt` computes it.");
  f("variance", variance_, "Variance, unless `adapt` computes it.");
}

void Normalization::validate() {
  if (!axis_->is_null()) {
    axes_ = at_path("axis", [&] { return FieldTraits<Ints>::read(axis_); });
  }
  axis_ = json_list(axes_);
  if (mean_->is_null() != variance_->is_null()) {
    raise_value_error(
        {"When setting values directly, both `mean` and `variance` must be set. Received: "
         "mean=",
         repr(mean_.value), " and variance=", repr(variance_.value)});
  }
  if (mean_->is_null()) return;
  mean_ = as_number_list(mean_);
  variance_ = as_number_list(variance_);
  const Shape shape = shape_of(mean_);
  if (shape != shape_of(variance_)) {
    raise_value_error(
        {"When setting values directly, `mean` and `variance` must have the same shape. Received: "
         "mean "
         "shape ",
         repr(shape), " and variance shape ", repr(shape_of(variance_))});
  }
  if (shape.rank() > static_cast<int>(axes_.size())) {
    raise_value_error({"The rank of `mean` must be less than or equal to the number of axes (",
                       std::to_string(axes_.size()), "). Received: mean shape ", repr(shape),
                       " for axis ", repr_tuple(axes_)});
  }
}

void Normalization::build_one(const Shape& input_shape) {
  const int rank = input_shape.rank();
  kept_axes_.clear();
  for (const int64_t axis : axes_) {
    if (axis < -rank || axis >= rank) {
      raise_value_error(
          {"All `axis` values must be in the range [-ndim, ndim). Received inputs with ndim=",
           std::to_string(rank), ", while axis=", repr_tuple(axes_)});
    }
    kept_axes_.push_back(static_cast<int>(axis < 0 ? axis + rank : axis));
  }
  sort_stably(kept_axes_);
  Shape weight_shape;
  broadcast_shape_ = Shape(std::vector<int64_t>(static_cast<size_t>(rank), 1));
  for (const int axis : kept_axes_) {
    if (input_shape[axis] == kNone) {
      raise_value_error({"All `axis` values to be kept must have a known shape. Received axis=",
                         repr_tuple(axes_), ", inputs.shape=", repr(input_shape),
                         ", with unknown axis at index ", std::to_string(axis)});
    }
    weight_shape.push_back(input_shape[axis]);
    broadcast_shape_[axis] = input_shape[axis];
  }
  built_shape_ = input_shape;
  if (!mean_->is_null()) {
    given_mean_ = broadcast_given(mean_);
    given_variance_ = broadcast_given(variance_);
    return;
  }
  adapt_mean_ = add_weight("mean", weight_shape, get_initializer("zeros"), {.trainable = false});
  adapt_variance_ =
      add_weight("variance", weight_shape, get_initializer("ones"), {.trainable = false});
  count_ = add_weight("count", {}, get_initializer("zeros"),
                      {.dtype = DType::kInt32, .trainable = false});
}

Tensor Normalization::broadcast_given(const json::Value& given) const {
  const Tensor value = ops::Operand(Tree::from_json(given)).tensor();
  Shape expanded(std::vector<int64_t>(broadcast_shape_.dims().size(), 1));
  for (int i = 1; i <= value.rank(); ++i) {
    expanded[kept_axes_[kept_axes_.size() - static_cast<size_t>(i)]] =
        value.shape()[value.rank() - i];
  }
  return ops::broadcast_to(ops::reshape(value, expanded.dims()), broadcast_shape_);
}

Tensor Normalization::statistic(const Tensor& given,
                                const std::shared_ptr<Variable>& weight) const {
  const Tensor value =
      weight ? ops::reshape(weight->uncast_value(), broadcast_shape_.dims()) : given;
  return ops::cast(value, compute_dtype());
}

Tensor Normalization::call_one(const Tensor& inputs, const CallArgs&) {
  const Tensor x = ops::cast(inputs, compute_dtype());
  const Tensor mean = statistic(given_mean_, adapt_mean_);
  const Tensor deviation =
      ops::maximum(ops::sqrt(statistic(given_variance_, adapt_variance_)), kEpsilon);
  return invert_ ? ops::add(mean, ops::multiply(x, deviation))
                 : ops::divide(ops::subtract(x, mean), deviation);
}

void Normalization::prepare_for(const Shape& shape) {
  if (!built()) build(shape);
  for (const int axis : kept_axes_) {
    if (dim_at(shape, axis) == built_shape_[axis]) continue;
    if (total_mean_) {
      raise_value_error({"adapt() yielded a batch with incompatible shape. Expected ",
                         repr(built_shape_), ", got ", repr(shape), "."});
    } else {
      raise_value_error({"The layer was built with input_shape=", repr(built_shape_),
                         ", but adapt() is being called with data with an incompatible shape, "
                         "data.shape=",
                         repr(shape)});
    }
  }
  if (!adapt_mean_) {
    raise_attribute_error({"'Normalization' object has no attribute 'adapt_mean'"});
  }
}

std::vector<int64_t> Normalization::reduced_axes(int rank) const {
  std::vector<int64_t> others;
  for (int axis = 0; axis < rank; ++axis) {
    if (std::find(kept_axes_.begin(), kept_axes_.end(), axis) == kept_axes_.end()) {
      others.push_back(axis);
    }
  }
  return others;
}

void Normalization::adapt(const Tensor& data) {
  reset_state();
  prepare_for(data.shape());
  const std::vector<int64_t> axes = reduced_axes(data.rank());
  adapt_mean_->assign(ops::mean(data, axes));
  adapt_variance_->assign(ops::var(data, axes));
}

void Normalization::reset_state() {
  total_mean_ = total_variance_ = {};
  total_count_ = 0;
}

// The variance by the lack-of-fit sum of squares
// (https://en.wikipedia.org/wiki/Lack-of-fit_sum_of_squares).
void Normalization::update_state(const Tensor& batch) {
  prepare_for(batch.shape());
  const Tensor data = ops::cast(batch, compute_dtype());
  const std::vector<int64_t> axes = reduced_axes(data.rank());
  const Tensor mean = ops::mean(data, axes), variance = ops::var(data, axes);
  double count = 1;
  for (const int64_t axis : axes) count *= static_cast<double>(dim_at(data.shape(), axis));
  if (!total_mean_) total_mean_ = total_variance_ = ops::zeros(mean.shape());
  total_count_ += count;
  const double weight = count / total_count_, before = 1 - weight;
  const Tensor merged = ops::add(ops::multiply(total_mean_, before), ops::multiply(mean, weight));
  const auto spread = [&](const Tensor& part, const Tensor& center, double share) {
    return ops::multiply(ops::add(part, ops::square(ops::subtract(center, merged))), share);
  };
  total_variance_ =
      ops::add(spread(total_variance_, total_mean_, before), spread(variance, mean, weight));
  total_mean_ = merged;
}

void Normalization::finalize_state() {
  if (!total_mean_) {
    raise_value_error(
        {"adapt() received an empty iterable (no batches). Expected at least one batch. Pass a "
         "non-empty iterable of arrays or tensors, e.g. layer.adapt([x]) or "
         "layer.adapt(list_of_batches)."});
  }
  adapt_mean_->assign(total_mean_);
  adapt_variance_->assign(total_variance_);
  reset_state();
}

}  // namespace keras
