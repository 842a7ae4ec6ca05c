// OrthogonalRegularizer: penalizes rows or columns of a matrix that are not orthogonal
// (keras/src/regularizers/regularizers.py).
#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "regularizers/penalty.h"
#include "regularizers/regularizer.h"
#include "tensor/cast.h"

namespace keras::regularizers {

class OrthogonalRegularizer final : public Regularizer {
 public:
  OrthogonalRegularizer() { factor_.round_to_float32(); }

  void fields(FieldVisitor& f) override {
    f("factor", factor_, "Factor of the penalty.");
    f("mode", mode_, "`rows` or `columns`.");
  }

  void validate() override {
    factor_.validate("factor", 0.01);
    factor_.round_to_float32();
    if (mode_ != "rows" && mode_ != "columns") {
      raise_value_error(
          {"Invalid value for argument `mode`. Expected one of {\"rows\", \"columns\"}. Received: "
           "mode=",
           mode_});
    }
  }

  float value(const Tensor& x) const override {
    if (x.rank() != 2) {
      raise_value_error(
          {"Inputs to OrthogonalRegularizer must have rank 2. Received: inputs.shape=",
           repr(x.shape())});
    }
    const Tensor values = cast_data(x, DType::kFloat32);
    const bool rows = mode_ == "rows";
    const int64_t size = x.shape()[rows ? 0 : 1];
    const int64_t length = x.shape()[rows ? 1 : 0];
    const int64_t vector_step = rows ? length : 1;
    const int64_t step = rows ? 1 : size;
    const auto at = [&](int64_t vector, int64_t i) {
      return double{values.data<float>()[vector * vector_step + i * step]};
    };
    const auto dot = [&](int64_t a, int64_t b) {
      double sum = 0;
      for (int64_t i = 0; i < length; ++i) sum += at(a, i) * at(b, i);
      return sum;
    };
    std::vector<double> scale(static_cast<size_t>(size));
    for (int64_t a = 0; a < size; ++a) {
      scale[static_cast<size_t>(a)] = std::min(1 / std::sqrt(dot(a, a)), 1 / kEpsilon);
    }
    double sum = 0;  // over both triangles
    for (int64_t a = 0; a < size; ++a) {
      for (int64_t b = 0; b < a; ++b) {
        sum +=
            2 * std::abs(dot(a, b) * scale[static_cast<size_t>(a)] * scale[static_cast<size_t>(b)]);
      }
    }
    const double pairs = static_cast<double>(size) * static_cast<double>(size - 1) / 2;
    return static_cast<float>(factor_.value() * 0.5 * sum / pairs);
  }

 private:
  static constexpr double kEpsilon = 1e-7;

  Penalty factor_ = 0.01;
  std::string mode_ = "rows";
};

KERAS_CLASS("keras.regularizers", OrthogonalRegularizer, Family::kRegularizer,
            "orthogonal_regularizer")

}  // namespace keras::regularizers
