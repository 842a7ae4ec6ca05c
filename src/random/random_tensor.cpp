#include "random/random_tensor.h"

#include "random/half_draws.h"
#include "tensor/cast.h"

namespace keras::random {
namespace {

using Draw = void(DType, const Key&, float, float, float*, int64_t);

Tensor drawn(Draw draw, const Shape& shape, DType dtype, const Key& key, double first,
             double second) {
  const Tensor out = Tensor::allocate(shape, DType::kFloat32);
  draw(dtype, key, static_cast<float>(first), static_cast<float>(second), out.data<float>(),
       out.size());
  return cast_data(out, dtype);
}

}  // namespace

Tensor normal(const Shape& shape, DType dtype, const Key& key, double mean, double stddev) {
  return drawn(normal, shape, dtype, key, mean, stddev);
}

Tensor truncated_normal(const Shape& shape, DType dtype, const Key& key, double mean,
                        double stddev) {
  return drawn(truncated_normal, shape, dtype, key, mean, stddev);
}

Tensor uniform(const Shape& shape, DType dtype, const Key& key, double minimum, double maximum) {
  return drawn(uniform, shape, dtype, key, minimum, maximum);
}

}  // namespace keras::random
