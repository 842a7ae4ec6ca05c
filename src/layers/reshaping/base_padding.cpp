#include "layers/reshaping/base_padding.h"

#include "base/byte_size.h"
#include "base/error.h"
#include "ops/numpy.h"

namespace keras {

BaseZeroPadding::BaseZeroPadding(int rank, json::Value padding)
    : rank_(rank), padding_(std::move(padding)) {
  set_input_specs({{.ndim = rank + 2}});
}

void BaseZeroPadding::fields(FieldVisitor& f) {
  Layer::fields(f);
  f("padding", padding_, "Zeros before and after each spatial axis.");
  f("data_format", data_format_, "Position of the channels axis.");
}

void BaseZeroPadding::validate() {
  if (rank_ == 1) {
    padding_.standardize_single("padding");
  } else {
    padding_.standardize(rank_, "padding");
  }
}

Tensor BaseZeroPadding::call_one(const Tensor& inputs, const CallArgs&) {
  std::vector<ops::PadWidth> widths(static_cast<size_t>(inputs.rank()));
  for (size_t i = 0; i < padding_.size(); ++i) {
    const size_t axis = i + static_cast<size_t>(data_format_.spatial_axis());
    if (axis >= widths.size()) raise_index_error({"tuple index out of range"});
    widths[axis] = {padding_[i].first, padding_[i].second};
  }
  return ops::pad(inputs, widths);
}

Shape BaseZeroPadding::output_shape(const Shape& input_shape) const {
  Shape out = input_shape;
  for (size_t i = 0; i < padding_.size(); ++i) {
    const int axis = static_cast<int>(i) + data_format_.spatial_axis();
    if (dim_at(out, axis) == kNone) continue;
    out[axis] = checked_sum(out[axis], checked_sum(padding_[i].first, padding_[i].second));
  }
  return out;
}

}  // namespace keras
