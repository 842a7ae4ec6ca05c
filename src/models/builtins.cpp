#include "models/builtins.h"

#include <array>

#include "activations/activation.h"
#include "base/naming.h"
#include "constraints/constraint.h"
#include "dtype_policies/dtype_policy.h"
#include "initializers/initializer.h"
#include "layers/layer_registry.h"
#include "models/functional/functional.h"
#include "models/sequential.h"
#include "ops/common/activate.h"
#include "ops/table/registry.h"
#include "quantizers/quantization_config.h"
#include "random/seed_generator_object.h"
#include "regularizers/regularizer.h"
#include "serialization/custom_objects.h"
#include "serialization/registry.h"
#include "serialization/safe_mode.h"

namespace keras {

extern const ClassInfo kLayerClass;  // layers/plain_layer.cpp

void register_builtins() {
  static bool done = false;
  if (done) return;
  done = true;
  register_classes(dtype_policy_classes());
  register_classes(initializer_classes());
  register_classes(regularizer_classes());
  register_classes(constraint_classes());
  register_classes(seed_generator_classes());
  register_classes(quantizer_classes());
  register_classes(ops::operation_classes());
  register_classes(layer_classes());
  static constexpr std::array<const ClassInfo*, 1> kBaseLayer = {&kLayerClass};
  register_classes(kBaseLayer);
  static constexpr std::array<const ClassInfo*, 3> kModels = {&kFunctionalClass, &kModelClass,
                                                              &kSequentialClass};
  register_classes(kModels);
  register_functions("activations", find_activation_function);
  ops::install_activations();
}

void clear_session() {
  reset_names();
  reset_global_dtype_policy();
  clear_custom_object_scope();
  reset_safe_mode();
  reset_global_seed_generator();
}

}  // namespace keras
