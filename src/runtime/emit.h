// How every operation computes: at once, into the plan being recorded, or only as a shape.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <vector>

#include "base/function_ref.h"
#include "runtime/recorder.h"
#include "runtime/step.h"
#include "tensor/stateless_scope.h"

namespace keras::runtime {

enum class Mode {
  kCompute,  // all inputs are real data
  kRecord,   // some input is a slot of the current recorder
  kInfer,    // some input is known by shape and dtype only
};
Mode mode_of(std::span<const Tensor> inputs);

// The results of a step. `make` creates it; it is not called when only shapes are inferred, so it
// may rely on shapes being fully defined. While recording, a step whose inputs are all real data
// computes at once: constants are folded.
using MakeStep = FunctionRef<std::unique_ptr<Step>()>;
std::vector<Tensor> emit(std::span<const Tensor> inputs, std::span<const Spec> outputs,
                         const MakeStep& make);
// The same for steps that read strings, which emit() refuses with a TypeError.
std::vector<Tensor> emit_strings(std::span<const Tensor> inputs, std::span<const Spec> outputs,
                                 const MakeStep& make);
Tensor emit_strings(std::initializer_list<Tensor> inputs, const Spec& output, const MakeStep& make);
// The single result of a step.
Tensor emit(std::initializer_list<Tensor> inputs, const Spec& output, const MakeStep& make);
Tensor emit(std::span<const Tensor> inputs, const Spec& output, const MakeStep& make);

// The same elements under another shape, without a copy. The shape may have None only when the
// tensor is abstract.
Tensor emit_alias(const Tensor& input, const Shape& shape);

// A function of real tensors that is implemented outside the kernels: a layer in JavaScript, a
// layer on strings. It runs each time the plan runs and returns one tensor per output. Outside
// plans, shapes may depend on the data (None in `outputs`); in a plan, results that differ from
// `outputs` are a RuntimeError.
using JsFunction = std::function<std::vector<Tensor>(std::span<const Tensor>)>;
std::vector<Tensor> emit_js(std::string_view name, std::span<const Tensor> inputs,
                            std::span<const Spec> outputs, JsFunction function);

// Thrown while recording by an operation whose result shape depends on values (nonzero, unique):
// the model runs without a plan.
class NotRecordable : public std::exception {
 public:
  // Tells the scopes that data is missing: JavaScript code may be between this and their owner, and
  // would make an error of another type of it.
  NotRecordable() { StatelessScope::note_missing_data(); }
  const char* what() const noexcept override {
    return "The shape of a result depends on values that a plan does not know";
  }
};

}  // namespace keras::runtime
