#include "constraints/norm.h"

#include <cmath>

#include "base/function_ref.h"
#include "tensor/cast.h"

namespace keras {

NormAxis::NormAxis(json::Value value) : json_(std::move(value)) {
  axes_.clear();
  if (json_.is_array()) {
    for (const json::Value& axis : json_.as_array()) axes_.push_back(axis.as_int());
  } else {
    axes_.push_back(json_.as_int());
  }
}

namespace constraints {

Tensor project_by_norm(const Tensor& weight, const NormAxis& axis,
                       FunctionRef<float(float value, float norm)> project) {
  const Tensor values = cast_data(weight, DType::kFloat32);
  const int rank = weight.rank();
  std::vector<bool> reduced(static_cast<size_t>(rank), false);
  for (int64_t a : axis.axes()) reduced[static_cast<size_t>(normalize_axis(a, rank))] = true;

  // For each element, the index of its norm: its position without the reduced axes.
  const int64_t size = weight.size();
  std::vector<int64_t> line(static_cast<size_t>(size), 0);
  int64_t lines = 1;
  int64_t inner = 1;
  for (int a = rank - 1; a >= 0; --a) {
    const int64_t dim = weight.shape()[a];
    if (!reduced[static_cast<size_t>(a)]) {
      for (int64_t i = 0; i < size; ++i) {
        line[static_cast<size_t>(i)] += i / inner % dim * lines;
      }
      lines *= dim;
    }
    inner *= dim;
  }

  std::vector<float> norms(static_cast<size_t>(lines), 0);
  const float* x = values.data<float>();
  for (int64_t i = 0; i < size; ++i) {
    norms[static_cast<size_t>(line[static_cast<size_t>(i)])] += x[i] * x[i];
  }
  for (float& norm : norms) norm = std::sqrt(norm);

  Tensor out = Tensor::allocate(weight.shape(), DType::kFloat32);
  for (int64_t i = 0; i < size; ++i) {
    out.data<float>()[i] = project(x[i], norms[static_cast<size_t>(line[static_cast<size_t>(i)])]);
  }
  return cast_data(out, weight.dtype());
}

}  // namespace constraints

}  // namespace keras
