// Steps of plans that are one call of a lambda.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/step.h"

namespace keras::ops {

using runtime::Step;
using runtime::View;

struct StepSettings {
  size_t scratch = 0;                            // bytes
  std::vector<runtime::OperandSpec> operands{};  // Step::operands()
};

// A function f(in, out, scratch) whose type is erased: a class template of steps would have virtual
// functions and type information for each lambda.
struct StepFunction {
  using Run = void (*)(const void* state, std::span<const View> in, std::span<const View> out,
                       std::byte* scratch);

  std::unique_ptr<const void, void (*)(const void*)> state;
  Run run;
};

// `name` must be a literal.
std::unique_ptr<Step> make_function_step(std::string_view name, StepFunction function,
                                         StepSettings settings);

template <class F>
std::unique_ptr<Step> function_step(std::string_view name, F function, StepSettings settings = {}) {
  StepFunction erased{
      {new F(std::move(function)), [](const void* f) { delete static_cast<const F*>(f); }},
      [](const void* f, std::span<const View> in, std::span<const View> out, std::byte* scratch) {
        (*static_cast<const F*>(f))(in, out, scratch);
      }};
  return make_function_step(name, std::move(erased), std::move(settings));
}

}  // namespace keras::ops
