#include "ops/common/function_step.h"

namespace keras::ops {
namespace {

class FunctionStep final : public Step {
 public:
  FunctionStep(std::string_view name, StepFunction function, StepSettings settings)
      : name_(name), function_(std::move(function)), settings_(std::move(settings)) {}

  std::string_view name() const override { return name_; }
  std::vector<runtime::OperandSpec> operands() const override { return settings_.operands; }
  size_t scratch_bytes() const override { return settings_.scratch; }
  void run(std::span<const View> in, std::span<const View> out, std::byte* scratch) const override {
    function_.run(function_.state.get(), in, out, scratch);
  }

 private:
  std::string_view name_;
  StepFunction function_;
  StepSettings settings_;
};

}  // namespace

std::unique_ptr<Step> make_function_step(std::string_view name, StepFunction function,
                                         StepSettings settings) {
  return std::make_unique<FunctionStep>(name, std::move(function), std::move(settings));
}

}  // namespace keras::ops
