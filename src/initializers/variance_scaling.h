// Initializers that scale with the fans of a weight
// (keras/src/initializers/random_initializers.py).
#pragma once

#include <optional>
#include <string>

#include "initializers/random_initializer.h"

namespace keras::initializers {

struct Fans {
  int64_t in;
  int64_t out;
};
// Without explicit axes, the last two axes are input and output, and the others the window
// of a convolution.
Fans compute_fans(const Shape& shape, const std::optional<Ints>& input_axes,
                  const std::optional<Ints>& output_axes);

class VarianceScaling : public RandomInitializer {
 public:
  VarianceScaling() = default;

  void fields(FieldVisitor& f) override;
  void validate() override;
  Tensor operator()(const Shape& shape, DType dtype) override;

 protected:
  VarianceScaling(Number scale, std::string mode, std::string distribution)
      : scale_(std::move(scale)), mode_(std::move(mode)), distribution_(std::move(distribution)) {}

  std::optional<Ints> input_axes_;
  std::optional<Ints> output_axes_;

 private:
  Number scale_ = 1.0;
  std::string mode_ = "fan_in";
  std::string distribution_ = "truncated_normal";
};

// Glorot, He and Lecun: only the seed and the axes are arguments.
class FixedVarianceScaling : public VarianceScaling {
 public:
  using VarianceScaling::VarianceScaling;
  void fields(FieldVisitor& f) override;
};

}  // namespace keras::initializers
