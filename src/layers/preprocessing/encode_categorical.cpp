#include "layers/preprocessing/encode_categorical.h"

#include <algorithm>

#include "kernels/categories.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {
namespace {

// The indices as [outer, n, inner]; the result is [outer, inner, depth].
struct Axes {
  int64_t outer, n, inner;
};

Tensor count(const Tensor& indices, const Axes& axes, const Shape& shape, bool binary, DType dtype,
             const Tensor& weights) {
  const auto step = [&]<class T>(T*) {
    return ops::function_step(
        "count_categories", [=, depth = shape.back()](auto in, auto out, auto*) {
          const T* given = in.size() > 1 ? in[1].template as<T>() : nullptr;
          kernels::CategoryCount<T>{axes.outer, axes.n, axes.inner, depth, binary, given}(
              in[0].template as<int64_t>(), out[0].template as<T>());
        });
  };
  std::vector<Tensor> inputs{indices};
  if (weights) {
    inputs.push_back(ops::broadcast_to(ops::cast(weights, DType::kFloat32), indices.shape()));
  }
  if (dtype == DType::kInt64) {
    return ops::emit(inputs, ops::Spec{shape, dtype}, [&] { return step((int64_t*)nullptr); });
  }
  const Tensor counts =
      ops::emit(inputs, ops::Spec{shape, DType::kFloat32}, [&] { return step((float*)nullptr); });
  return ops::cast(counts, dtype);
}

}  // namespace

Tensor encode_categorical(const Tensor& indices, std::string_view mode, int64_t depth, DType dtype,
                          const Tensor& weights) {
  if (mode == "int") return dtype == DType::kInt64 ? indices : ops::cast(indices, dtype);
  Shape shape = indices.shape();
  if (shape.rank() == 0) shape = {1};
  const int rank = shape.rank();
  if (mode == "one_hot") {
    if (rank > 1 && shape.back() == 1) shape = shape.slice(0, rank - 1);
    return count(ops::emit_alias(indices, shape), {ops::count(shape, 0, shape.rank()), 1, 1},
                 shape.concat({depth}), true, dtype, {});
  }
  const int axis = rank > 1 ? 1 : 0;
  const Axes axes{ops::count(shape, 0, axis), shape[axis], ops::count(shape, axis + 1, rank)};
  const Shape kept = shape.slice(0, axis).concat(shape.slice(axis + 1));
  return count(ops::emit_alias(indices, shape), axes, kept.concat({depth}), mode == "multi_hot",
               dtype, weights);
}

}  // namespace keras
