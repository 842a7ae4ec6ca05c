#include "layers/normalization/normalized_axes.h"

#include "base/sort.h"

namespace keras {

Shape settle_axes(GivenAxes& axis, const Shape& input_shape) {
  std::vector<int64_t> axes;
  if (axis->is_array()) {
    for (const json::Value& item : axis->as_array()) axes.push_back(item.as_int());
    sort_stably(axes);
  } else {
    axes.push_back(axis->as_int());
  }
  axis = json_list(axes);
  Shape shape;
  for (const int64_t a : axes) shape.push_back(dim_at(input_shape, a));
  return shape;
}

}  // namespace keras
