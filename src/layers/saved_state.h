// What a file stores for a single layer (variable_serialization_spec, save_own_variables and
// load_own_variables in Keras).
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "tensor/variable.h"

namespace keras {

struct SavedState {
  using Variables = std::vector<std::shared_ptr<Variable>>;
  using Values = std::vector<std::pair<std::shared_ptr<Variable>, Tensor>>;

  // Stored as "0", "1", ... in this order.
  Variables variables{};
  // The factors of an enabled LoRA update. Stored kernels include the update, so
  // loading zeroes them.
  Variables lora_factors{};
  // Replaces the values of some variables: a kernel merged with its LoRA update.
  std::function<Values()> merged_values{};
};

}  // namespace keras
