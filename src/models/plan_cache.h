// The plans of a model, one per combination of input shapes, valid while the weights stay.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/function_ref.h"
#include "tree/tree.h"

namespace keras {

namespace runtime {
class Plan;
}

class PlanCache {
 public:
  PlanCache();
  ~PlanCache();
  PlanCache(const PlanCache&) = delete;
  PlanCache& operator=(const PlanCache&) = delete;

  // Runs `call` on the inputs: recorded once per shapes and dtypes, replayed afterwards.
  Tree run(const Tree& inputs, FunctionRef<Tree(const Tree&)> call);
  void clear();
  // The plan that ran last, for profiles; null when there is none.
  runtime::Plan* last() const;

 private:
  struct Entry;
  std::vector<std::unique_ptr<Entry>> entries_;  // most recently used first
  uint64_t weights_version_ = 0;
};

}  // namespace keras
