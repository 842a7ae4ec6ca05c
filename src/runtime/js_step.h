// The step of a layer that is implemented outside the core: calls a function of whole tensors.
#pragma once

#include "runtime/emit.h"

namespace keras::runtime {

class JsStep final : public Step {
 public:
  JsStep(std::string name, std::vector<Spec> inputs, std::vector<Spec> outputs,
         JsFunction function);

  std::string_view name() const override { return name_; }
  // Copies the inputs to new tensors, which the function may keep, and copies its results back.
  void run(std::span<const View> in, std::span<const View> out, std::byte* scratch) const override;

 private:
  std::string name_;
  std::vector<Spec> inputs_, outputs_;
  JsFunction function_;
};

}  // namespace keras::runtime
