#include "layers/pooling/base_global_pooling.h"

namespace keras {

BaseGlobalPooling::BaseGlobalPooling(int rank) : rank_(rank) {
  set_input_specs({{.ndim = rank + 2}});
  build_at_init();
}

void BaseGlobalPooling::fields(FieldVisitor& f) {
  Layer::fields(f);
  f("data_format", data_format_, "Position of the channels axis.");
  f("keepdims", keepdims_, "Whether to keep the spatial axes, with size 1.");
}

ops::Axes BaseGlobalPooling::spatial_axes() const {
  std::vector<int64_t> axes;
  for (int i = 0; i < rank_; ++i) axes.push_back(i + data_format_.spatial_axis());
  return axes;
}

Shape BaseGlobalPooling::output_shape(const Shape& input_shape) const {
  const int64_t channels = dim_at(input_shape, data_format_.channel_axis());
  Shape ones;
  for (int i = 0; i < rank_ && keepdims_; ++i) ones.push_back(1);
  const Shape batch{input_shape[0]};
  return data_format_.channels_first ? batch.concat({channels}).concat(ones)
                                     : batch.concat(ones).concat({channels});
}

}  // namespace keras
