// The base of random initializers (keras/src/initializers/random_initializers.py).
#pragma once

#include <optional>

#include "initializers/initializer.h"
#include "random/seed_generator_object.h"

namespace keras::initializers {

class RandomInitializer : public Initializer {
 public:
  void fields(FieldVisitor& f) override;
  void validate() override;
  void draw_seed() override;

 protected:
  // Draws for the seed: an integer (given, or drawn once) means the same values on every call.
  Tensor normal(const Shape& shape, DType dtype, double mean, double stddev);
  Tensor truncated_normal(const Shape& shape, DType dtype, double mean, double stddev);
  Tensor uniform(const Shape& shape, DType dtype, double minimum, double maximum);

 private:
  random::Key key();

  Seed seed_;
  std::optional<int64_t> drawn_seed_;
};

// The base of RandomNormal and TruncatedNormal.
class NormalInitializer : public RandomInitializer {
 public:
  void fields(FieldVisitor& f) override;

 protected:
  Number mean_ = 0.0;
  Number stddev_ = 0.05;
};

}  // namespace keras::initializers
