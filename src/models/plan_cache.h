// The plans of a model, one per combination of input shapes, valid until weights change.
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

  // Runs `call` on the inputs: records it once per shapes and dtypes, and replays it afterwards.
  Tree run(const Tree& inputs, FunctionRef<Tree(const Tree&)> call);
  void clear();
  // The plan of the last run, for profiling; null without one.
  runtime::Plan* last() const;

 private:
  struct Entry;
  void keep(std::unique_ptr<Entry> entry);

  std::vector<std::unique_ptr<Entry>> entries_;  // most recently used first
  uint64_t weights_version_ = 0;
};

}  // namespace keras
