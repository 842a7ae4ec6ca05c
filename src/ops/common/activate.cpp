#include "ops/common/activate.h"

#include "base/error.h"
#include "graph/operation.h"
#include "ops/table/registry.h"
#include "runtime/recorder.h"

namespace keras::ops {
namespace {

Tree call_builtin(ActivationKind kind, const Tree::Sequence& args, const Tree::Dict& kwargs) {
  return call_op("activations." + std::string(activation_name(kind)), args, kwargs);
}

}  // namespace

Tensor activate(const Activation& activation, const Tensor& x) {
  if (activation.is_linear()) return x;
  if (activation.function()) return activation.function()->call({x}, {}).as_tensor();
  if (activation.object()) {
    auto* layer = dynamic_cast<Operation*>(activation.object().get());
    if (layer == nullptr) {
      raise_type_error({"'", activation.object()->class_info().class_name,
                        "' object cannot be called on a tensor as an activation"});
    }
    return layer->apply({x}).as_tensor();
  }
  return call_builtin(activation.kind(), {x}, {}).as_tensor();
}

std::optional<runtime::Activation> elementwise_form(const Activation& activation) {
  if (!activation.is_builtin()) return std::nullopt;
  if (activation.is_linear()) return runtime::Activation{};
  // Such an operation records a single step, which describes itself.
  runtime::Recorder recorder;
  activate(activation, recorder.input({2}, DType::kFloat32));
  const runtime::Recording recording = recorder.take();
  if (recording.steps.size() != 1) return std::nullopt;
  return recording.steps.front().step->as_activation();
}

void install_activations() { set_activation_caller(call_builtin); }

}  // namespace keras::ops
