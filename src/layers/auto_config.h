// Keras writes the config of a layer that has no get_config from the arguments of its constructor,
// so `trainable` and `dtype` stand in the order in which they were given.
#pragma once

#include "dtype_policies/dtype_policy.h"
#include "serialization/fields.h"

namespace keras {

class AutoConfigOrder {
 public:
  // Takes the order from the config that the layer is made of.
  void note(const json::Object& config) {
    for (const auto& [key, value] : config) {
      if (key == "trainable") return;
      if (key == "dtype") dtype_first_ = true;
    }
  }

  void fields(FieldVisitor& f, bool& trainable, DTypePolicyPtr& dtype) const {
    const std::string_view doc = "Dtype of the computation and the weights, or a dtype policy.";
    if (dtype_first_) f("dtype", dtype, doc);
    f("trainable", trainable, "Whether the weights may be trained.");
    if (!dtype_first_) f("dtype", dtype, doc);
  }

 private:
  bool dtype_first_ = false;
};

}  // namespace keras
