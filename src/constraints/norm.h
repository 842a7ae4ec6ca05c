// Norms along axes of a weight, and the `axis` argument of the constraints that bound them.
#pragma once

#include <vector>

#include "base/function_ref.h"
#include "serialization/fields.h"
#include "tensor/tensor.h"

namespace keras {

// One axis or several, serialized as given.
class NormAxis {
 public:
  NormAxis() : json_(0) {}
  explicit NormAxis(json::Value value);

  const json::Value& json() const { return json_; }
  const std::vector<int64_t>& axes() const { return axes_; }

 private:
  json::Value json_;
  std::vector<int64_t> axes_ = {0};
};

template <>
struct FieldTraits<NormAxis> {
  static NormAxis read(const json::Value& value) { return NormAxis(value); }
  static json::Value write(const NormAxis& axis) { return axis.json(); }
  static constexpr std::string_view kTypeScript = "number | readonly number[]";
};

namespace constraints {

inline constexpr float kEpsilon = 1e-7f;  // keras.config.epsilon()

// Applies `project` to each value and the Euclidean norm of its line along the axes.
Tensor project_by_norm(const Tensor& weight, const NormAxis& axis,
                       FunctionRef<float(float value, float norm)> project);

}  // namespace constraints

}  // namespace keras
