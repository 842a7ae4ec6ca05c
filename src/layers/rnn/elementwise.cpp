#include "layers/rnn/elementwise.h"

namespace keras {
namespace {

std::optional<kernels::Unary> unary_of(ActivationKind kind) {
  using kernels::Unary;
  switch (kind) {
    case ActivationKind::kLinear:
      return Unary::kLinear;
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
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<ElementwiseActivation> elementwise(const Activation& activation) {
  if (!activation.is_builtin()) return std::nullopt;
  const auto function = unary_of(activation.kind());
  if (!function) return std::nullopt;
  return ElementwiseActivation{*function, kernels::default_params(*function)};
}

}  // namespace keras
