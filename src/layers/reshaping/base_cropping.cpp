#include "layers/reshaping/base_cropping.h"

#include "base/byte_size.h"
#include "base/error.h"
#include "ops/core.h"

namespace keras {

BaseCropping::BaseCropping(int rank, json::Value cropping)
    : rank_(rank), cropping_(std::move(cropping)) {
  set_input_specs({{.ndim = rank + 2}});
}

void BaseCropping::fields(FieldVisitor& f) {
  Layer::fields(f);
  f("cropping", cropping_, "Number of elements to crop before and after each spatial axis.");
  if (rank_ > 1) f("data_format", data_format_, "Position of the channels axis.");
}

void BaseCropping::validate() {
  if (rank_ == 1) {
    cropping_.standardize_single("cropping");
  } else {
    cropping_.standardize(rank_, "cropping");
  }
}

Shape BaseCropping::cropped(const Shape& input_shape, std::string_view label) const {
  Shape out = input_shape;
  for (size_t i = 0; i < cropping_.size(); ++i) {
    const int axis = static_cast<int>(i) + data_format_.spatial_axis();
    if (dim_at(out, axis) == kNone) continue;
    const int64_t cut = checked_sum(cropping_[i].first, cropping_[i].second);
    out[axis] = checked_sum(out[axis], -cut);
    if (out[axis] > 0) continue;
    raise_value_error(
        {(rank_ == 1 ? "`cropping` parameter of `Cropping1D` layer must be smaller than "
                       "the input length. Received: "
                     : "Values in `cropping` argument should be smaller than the "
                       "corresponding spatial dimension of the input. Received: "),
         std::string(label), "=", repr(input_shape), ", cropping=", repr(cropping_)});
  }
  return out;
}

Shape BaseCropping::output_shape(const Shape& input_shape) const {
  return cropped(input_shape, "input_shape");
}

Tensor BaseCropping::call_one(const Tensor& inputs, const CallArgs&) {
  const Shape size = cropped(inputs.shape(), "inputs.shape");  // IndexError when axes are missing
  std::vector<int64_t> start(static_cast<size_t>(inputs.rank()));
  for (size_t i = 0; i < cropping_.size(); ++i) {
    start[i + static_cast<size_t>(data_format_.spatial_axis())] = cropping_[i].first;
  }
  return ops::slice(inputs, start, size);
}

}  // namespace keras
