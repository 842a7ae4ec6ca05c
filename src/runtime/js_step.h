// A step that hands whole tensors to a function: what a layer implemented outside the core is in a
// plan.
#pragma once

#include "runtime/emit.h"

namespace keras::runtime {

class JsStep final : public Step {
 public:
  JsStep(std::string name, std::vector<Spec> inputs, std::vector<Spec> outputs,
         JsFunction function);

  std::string_view name() const override { return name_; }
  // Copies the inputs into fresh tensors, which the function may keep, and its results back.
  void run(std::span<const View> in, std::span<const View> out, std::byte* scratch) const override;

 private:
  std::string name_;
  std::vector<Spec> inputs_, outputs_;
  JsFunction function_;
};

}  // namespace keras::runtime
