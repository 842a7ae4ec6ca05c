#include "initializers/random_initializer.h"

#include "base/error.h"
#include "json/repr.h"
#include "random/random_tensor.h"

namespace keras::initializers {

void RandomInitializer::fields(FieldVisitor& f) {
  f("seed", seed_, "Integer or SeedGenerator; a random integer when null.");
}

void RandomInitializer::validate() {
  if (seed_.is_none() || seed_.is_int() || seed_.generator()) return;
  throw value_error(
      "`seed` argument should be an instance of `keras.random.SeedGenerator()` or an integer. "
      "Received: seed=" +
      (seed_.json().is_string() ? seed_.json().as_string() : repr(seed_.json())));
}

void RandomInitializer::draw_seed() {
  if (seed_.is_none() && !drawn_seed_) drawn_seed_ = make_default_seed();
}

random::Key RandomInitializer::key() {
  draw_seed();
  return drawn_seed_ ? key_of_seed(*drawn_seed_) : keras::draw_seed(seed_);
}

Tensor RandomInitializer::normal(const Shape& shape, DType dtype, double mean, double stddev) {
  return random::normal(shape, dtype, key(), mean, stddev);
}

Tensor RandomInitializer::truncated_normal(const Shape& shape, DType dtype, double mean,
                                           double stddev) {
  return random::truncated_normal(shape, dtype, key(), mean, stddev);
}

Tensor RandomInitializer::uniform(const Shape& shape, DType dtype, double minimum, double maximum) {
  return random::uniform(shape, dtype, key(), minimum, maximum);
}

void NormalInitializer::fields(FieldVisitor& f) {
  RandomInitializer::fields(f);
  f("mean", mean_, "Mean of the values.");
  f("stddev", stddev_, "Standard deviation of the values.");
}

}  // namespace keras::initializers
