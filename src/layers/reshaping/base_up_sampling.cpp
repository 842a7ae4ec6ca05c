#include "layers/reshaping/base_up_sampling.h"

#include "base/byte_size.h"
#include "ops/nn.h"

namespace keras {

BaseUpSampling::BaseUpSampling(int rank)
    : size_(json_list(std::vector<int64_t>(static_cast<size_t>(rank), 2))), rank_(rank) {
  set_input_specs({{.ndim = rank + 2}});
}

void BaseUpSampling::fields(FieldVisitor& f) {
  Layer::fields(f);
  f("size", size_, "Factor of each spatial axis.");
  f("data_format", data_format_, "Position of the channels axis.");
}

void BaseUpSampling::validate() { size_.standardize(rank_, "size"); }

Tensor BaseUpSampling::call_one(const Tensor& inputs, const CallArgs&) {
  return ops::upsample(inputs, size_.values(), data_format_.name());
}

Shape BaseUpSampling::output_shape(const Shape& input_shape) const {
  Shape out = input_shape;
  for (int i = 0; i < rank_; ++i) {
    const int axis = i + data_format_.spatial_axis();
    if (dim_at(out, axis) == kNone) continue;
    out[axis] = checked_product(out[axis], size_[static_cast<size_t>(i)]);
  }
  return out;
}

}  // namespace keras
