// What a file stores of a layer alone (variable_serialization_spec, save_own_variables and
// load_own_variables of Keras's layers).
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

  // Stored as "0", "1", ..., in this order.
  Variables variables{};
  // The factors of an enabled LoRA update: stored kernels include it, so loading sets them to zero.
  Variables lora_factors{};
  // What is stored in place of the values of some variables: a kernel with the LoRA update in it.
  std::function<Values()> merged_values{};
};

}  // namespace keras
