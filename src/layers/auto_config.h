// Without a get_config, Keras derives a layer's config from the constructor arguments, so
// `trainable` and `dtype` appear in the order in which they were given.
#pragma once

#include "dtype_policies/dtype_policy.h"
#include "serialization/fields.h"

namespace keras {

class AutoConfigOrder {
 public:
  // Records the order from the config that the layer is made from.
  void note(const json::Object& config) {
    for (const auto& [key, value] : config) {
      if (key == "trainable") return;
      if (key == "dtype") dtype_first_ = true;
    }
  }

  void fields(FieldVisitor& f, bool& trainable, DTypePolicyPtr& dtype) const {
    const std::string_view doc = "Dtype of the computation and the weights, or a dtype policy.";
    if (dtype_first_) f("dtype", dtype, doc);
    f("trainable", trainable, "Whether the weights are trainable.");
    if (!dtype_first_) f("dtype", dtype, doc);
  }

 private:
  bool dtype_first_ = false;
};

}  // namespace keras
