#include "layers/regularization/spatial_dropout.h"

#include "ops/random.h"

namespace keras {
BaseSpatialDropout::BaseSpatialDropout(int rank) { set_input_specs({{.ndim = rank + 2}}); }

void BaseSpatialDropout::fields(FieldVisitor& f) {
  f("rate", rate_, "Fraction of the feature maps to drop, from 0 to 1.", Field::kRequired);
  f("seed", seed_, "Seed of the random numbers.");
  Operation::fields(f);
  visit_plain_dtype(f);
}

std::string BaseSpatialDropout::unknown_argument_message(const json::Object& unknown) const {
  return Object::unknown_argument_message(unknown);
}

Tensor BaseSpatialDropout::disturb(const Tensor& inputs, const random::Key& key) {
  Shape noise = inputs.shape();
  const int first = data_format_.spatial_axis();
  for (int i = 0; i < noise.rank() - 2; ++i) noise[first + i] = 1;
  return ops::dropout(inputs, rate_, noise, key);
}

}  // namespace keras
