#include "ops/common/activate.h"

#include "base/error.h"
#include "graph/operation.h"
#include "ops/nn.h"
#include "ops/numpy.h"
#include "ops/table/registry.h"

namespace keras::ops {
namespace {

using kernels::Unary;

std::optional<Unary> unary_of(ActivationKind kind) {
  switch (kind) {
    case ActivationKind::kCelu:
      return Unary::kCelu;
    case ActivationKind::kElu:
      return Unary::kElu;
    case ActivationKind::kExponential:
      return Unary::kExp;
    case ActivationKind::kGelu:
      return Unary::kGelu;
    case ActivationKind::kHardShrink:
      return Unary::kHardShrink;
    case ActivationKind::kHardSigmoid:
      return Unary::kHardSigmoid;
    case ActivationKind::kHardSilu:
      return Unary::kHardSilu;
    case ActivationKind::kHardTanh:
      return Unary::kHardTanh;
    case ActivationKind::kLeakyRelu:
      return Unary::kLeakyRelu;
    case ActivationKind::kLinear:
      return Unary::kLinear;
    case ActivationKind::kLogSigmoid:
      return Unary::kLogSigmoid;
    case ActivationKind::kMish:
      return Unary::kMish;
    case ActivationKind::kRelu:
      return Unary::kRelu;
    case ActivationKind::kRelu6:
      return Unary::kRelu6;
    case ActivationKind::kSelu:
      return Unary::kSelu;
    case ActivationKind::kSigmoid:
      return Unary::kSigmoid;
    case ActivationKind::kSilu:
      return Unary::kSilu;
    case ActivationKind::kSoftShrink:
      return Unary::kSoftShrink;
    case ActivationKind::kSoftplus:
      return Unary::kSoftplus;
    case ActivationKind::kSoftsign:
      return Unary::kSoftsign;
    case ActivationKind::kSparsePlus:
      return Unary::kSparsePlus;
    case ActivationKind::kSparseSigmoid:
      return Unary::kSparseSigmoid;
    case ActivationKind::kSquareplus:
      return Unary::kSquareplus;
    case ActivationKind::kTanh:
      return Unary::kTanh;
    case ActivationKind::kTanhShrink:
      return Unary::kTanhShrink;
    case ActivationKind::kGlu:
    case ActivationKind::kLogSoftmax:
    case ActivationKind::kSoftmax:
    case ActivationKind::kSparsemax:
    case ActivationKind::kThreshold:
      return std::nullopt;
  }
  return std::nullopt;
}

Tree call_builtin(ActivationKind kind, const Tree::Sequence& args, const Tree::Dict& kwargs) {
  return call_op("activations." + std::string(activation_name(kind)), args, kwargs);
}

}  // namespace

std::optional<runtime::Activation> elementwise_form(const Activation& activation) {
  if (!activation.is_builtin()) return std::nullopt;
  const auto function = unary_of(activation.kind());
  if (!function) return std::nullopt;
  return runtime::Activation{*function, kernels::default_params(*function)};
}

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

void install_activations() { set_activation_caller(call_builtin); }

}  // namespace keras::ops
