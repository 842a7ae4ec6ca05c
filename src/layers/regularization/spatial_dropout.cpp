#include "layers/regularization/spatial_dropout.h"

#include "ops/random.h"

namespace keras {
namespace {

struct PolicyAsDType {
  DTypePolicyPtr policy;
};

}  // namespace

template <>
struct FieldTraits<PolicyAsDType> {
  static PolicyAsDType read(const json::Value& value) { return {get_dtype_policy(value)}; }
  static json::Value write(const PolicyAsDType& dtype) {
    return dtype.policy ? json::Value(dtype_name(dtype.policy->variable_dtype())) : json::Value();
  }
  static constexpr std::string_view kTypeScript = "DTypePolicyIdentifier";
};

BaseSpatialDropout::BaseSpatialDropout(int rank) { set_input_specs({{.ndim = rank + 2}}); }

void BaseSpatialDropout::fields(FieldVisitor& f) {
  f("rate", rate_, "Fraction of the feature maps to drop, from 0 to 1.", Field::kRequired);
  f("seed", seed_, "Seed of the random numbers.");
  Operation::fields(f);
  PolicyAsDType dtype{dtype_policy_};
  f("dtype", dtype, "Dtype of the computation and the weights, or a dtype policy.");
  dtype_policy_ = dtype.policy;
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
