#include "layers/pooling/base_pooling.h"

#include "base/error.h"
#include "graph/keras_tensor.h"
#include "ops/nn.h"

namespace keras {

BasePooling::BasePooling(int rank, Mode mode, json::Value pool_size)
    : rank_(rank),
      mode_(mode),
      pool_size_required_(pool_size.is_null()),
      pool_size_(std::move(pool_size)) {
  set_input_specs({{.ndim = rank + 2}});
  build_at_init();
}

void BasePooling::fields(FieldVisitor& f) {
  Layer::fields(f);
  f("pool_size", pool_size_, "Size of the window.",
    pool_size_required_ ? Field::kRequired : Field::kDefault);
  f("padding", padding_, "`valid` (none) or `same`.");
  f("strides", strides_, "Strides of the window; `pool_size` when null.");
  f("data_format", data_format_, "Position of the channels axis.");
}

void BasePooling::validate() {
  if (!strides_) strides_ = pool_size_;
  pool_size_.standardize(rank_, "pool_size");
  strides_->standardize(rank_, "strides", /*allow_zero=*/true);
}

Tensor BasePooling::pool(const Tensor& inputs) const {
  if (strides_->contains_zero()) {
    raise_value_error(
        {"The `strides` of a pooling layer must be positive. Received: strides=", repr(*strides_)});
  }
  const ops::PoolOptions options{.pool_size = pool_size_.values(),
                                 .strides = strides_->values(),
                                 .padding = padding_,
                                 .data_format = std::string(data_format_.name())};
  return mode_ == Mode::kMax ? ops::max_pool(inputs, options) : ops::average_pool(inputs, options);
}

Tensor BasePooling::call_one(const Tensor& inputs, const CallArgs&) { return pool(inputs); }

Shape BasePooling::output_shape(const Shape& input_shape) const {
  const ShapesOnlyScope scope;
  return pool(Tensor::abstract(input_shape, DType::kFloat32)).shape();
}

}  // namespace keras
