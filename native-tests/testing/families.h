// Registers the built-in classes of the small families, for tests below layers.
#pragma once

#include "activations/activation.h"
#include "constraints/constraint.h"
#include "dtype_policies/dtype_policy.h"
#include "initializers/initializer.h"
#include "quantizers/quantization_config.h"
#include "random/seed_generator_object.h"
#include "regularizers/regularizer.h"
#include "serialization/registry.h"

namespace keras::testing {

// Does nothing when all classes are registered already.
inline void register_families() {
  if (find_class_in_family(Family::kInitializer, "Zeros") != nullptr) return;
  for (const auto& classes :
       {dtype_policy_classes(), initializer_classes(), regularizer_classes(), constraint_classes(),
        quantizer_classes(), seed_generator_classes()}) {
    register_classes(classes);
  }
  register_functions("activations", find_activation_function);
}

}  // namespace keras::testing
