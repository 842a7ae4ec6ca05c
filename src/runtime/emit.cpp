#include "runtime/emit.h"

#include <algorithm>
#include <utility>

#include "base/byte_size.h"
#include "base/error.h"
#include "runtime/js_step.h"
#include "runtime/tangents.h"
#include "tensor/variable.h"

namespace keras::runtime {
namespace {

View view_of(const Tensor& tensor) {
  if (tensor.dtype() == DType::kString) return {nullptr, &tensor.string_data()};
  return {tensor.raw_data(), nullptr};
}

std::vector<Tensor> allocated(std::span<const Spec> specs) {
  std::vector<Tensor> tensors;
  tensors.reserve(specs.size());
  for (const Spec& spec : specs) tensors.push_back(Tensor::allocate(spec.shape, spec.dtype));
  return tensors;
}

// Results without elements need no kernel.
bool computes_nothing(const Step& step, std::span<const Spec> outputs) {
  return dynamic_cast<const JsStep*>(&step) == nullptr &&
         std::ranges::all_of(outputs, [](const Spec& spec) { return spec.shape.size() == 0; });
}

std::vector<Tensor> compute(std::span<const Tensor> inputs, std::span<const Spec> outputs,
                            const Step& step) {
  std::vector<View> in, out;
  std::vector<Tensor> results = allocated(outputs);
  for (const Tensor& tensor : inputs) in.push_back(view_of(tensor));
  for (const Tensor& tensor : results) out.push_back(view_of(tensor));
  const size_t bytes = step.scratch_bytes();
  if (bytes == 0) {
    step.run(in, out, nullptr);
  } else {
    Buffer scratch(bytes, [&] { return scratch_text(step); });
    step.run(in, out, scratch.data());
  }
  return results;
}

// Refuses operands that differ from what the kernel, which does not check, expects, and results
// that exceed the address space.
void check(const Step& step, std::span<const Tensor> inputs, std::span<const Spec> outputs) {
  const std::vector<OperandSpec> operands = step.operands();
  for (size_t i = 0; i < operands.size(); ++i) {
    const OperandSpec& operand = operands[i];
    const Tensor& input = inputs[i];
    if (input.shape() == operand.shape && input.dtype() == operand.dtype) continue;
    raise_value_error({"Operand `", operand.name, "` of `", step.name(), "` must have shape ",
                       repr(operand.shape), " and dtype ", dtype_name(operand.dtype),
                       ". Received: shape ", repr(input.shape()), " and dtype ",
                       dtype_name(input.dtype())});
  }
  for (const Spec& spec : outputs) byte_size(spec.shape, spec.dtype);
}

}  // namespace

Mode mode_of(std::span<const Tensor> inputs) {
  Mode mode = Mode::kCompute;
  for (const Tensor& tensor : inputs) {
    if (tensor.is_abstract()) return Mode::kInfer;
    if (tensor.is_slot()) mode = Mode::kRecord;
  }
  if (mode == Mode::kRecord && Recorder::current() == nullptr) {
    raise_internal_error({"A tensor of a plan was used outside of its recording"});
  }
  return mode;
}

std::vector<Tensor> emit(std::span<const Tensor> inputs, std::span<const Spec> outputs,
                         const MakeStep& make) {
  for (const Tensor& input : inputs) {
    if (input.dtype() == DType::kString) {
      raise_type_error({"This operation does not work on tensors of strings."});
    }
  }
  return emit_strings(inputs, outputs, make);
}

std::vector<Tensor> emit_strings(std::span<const Tensor> inputs, std::span<const Spec> outputs,
                                 const MakeStep& make) {
  const bool is_known = std::all_of(outputs.begin(), outputs.end(),
                                    [](const Spec& spec) { return spec.shape.is_fully_defined(); });
  const Mode mode = is_known || !ShapesOnlyScope::active() ? mode_of(inputs) : Mode::kInfer;
  if (mode != Mode::kInfer) {
    std::unique_ptr<Step> step = make();
    if (std::ranges::any_of(outputs,
                            [](const Spec& spec) { return is_differentiable(spec.dtype); }))
      refuse_tangents(step->name(), inputs);
    check(*step, inputs, outputs);
    if (computes_nothing(*step, outputs)) return allocated(outputs);
    if (mode == Mode::kCompute) return compute(inputs, outputs, *step);
    return Recorder::current()->append(std::move(step), inputs, outputs);
  }
  std::vector<Tensor> results;
  for (const Spec& spec : outputs) results.push_back(Tensor::abstract(spec.shape, spec.dtype));
  return results;
}

Tensor emit(std::span<const Tensor> inputs, const Spec& output, const MakeStep& make) {
  return emit(inputs, std::span(&output, 1), make).front();
}

Tensor emit(std::initializer_list<Tensor> inputs, const Spec& output, const MakeStep& make) {
  return emit(std::span(inputs.begin(), inputs.size()), output, make);
}

Tensor emit_strings(std::initializer_list<Tensor> inputs, const Spec& output,
                    const MakeStep& make) {
  return emit_strings(std::span(inputs.begin(), inputs.size()), std::span(&output, 1), make)
      .front();
}

namespace {

Tensor make_alias(const Tensor& input, const Shape& shape) {
  switch (mode_of(std::span(&input, 1))) {
    case Mode::kCompute:
      if (!shape.is_fully_defined() && ShapesOnlyScope::active()) break;
      return input.reshaped(shape);
    case Mode::kRecord:
      return Recorder::current()->alias(input, shape);
    case Mode::kInfer:
      break;
  }
  return Tensor::abstract(shape, input.dtype());
}

}  // namespace

Tensor emit_alias(const Tensor& input, const Shape& shape) {
  return map_linear(input, [&](const Tensor& x) { return make_alias(x, shape); });
}

std::vector<Tensor> emit_js(std::string_view name, std::span<const Tensor> inputs,
                            std::span<const Spec> outputs, JsFunction function) {
  if (mode_of(inputs) == Mode::kCompute) {
    const RecordingPause pause;
    return function(inputs);
  }
  return emit_strings(inputs, outputs, [&]() -> std::unique_ptr<Step> {
    std::vector<Spec> in;
    for (const Tensor& tensor : inputs) in.push_back({tensor.shape(), tensor.dtype()});
    for (const Spec& spec : outputs) {
      if (!spec.shape.is_fully_defined()) throw NotRecordable();
    }
    return std::make_unique<JsStep>(std::string(name), std::move(in),
                                    std::vector<Spec>(outputs.begin(), outputs.end()),
                                    std::move(function));
  });
}

}  // namespace keras::runtime
