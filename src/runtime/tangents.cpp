#include "runtime/tangents.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "runtime/recorder.h"

namespace keras::runtime {
namespace {

uintptr_t key_of(const Tensor& tensor) {
  if (tensor.has_data()) return reinterpret_cast<uintptr_t>(tensor.raw_data());
  if (tensor.is_slot()) return static_cast<uintptr_t>(tensor.slot());
  return reinterpret_cast<uintptr_t>(tensor.id());
}

}  // namespace

bool is_differentiable(DType dtype) { return is_float(dtype) || dtype == DType::kComplex64; }

const TangentScope::Entry* TangentScope::find(const Tensor& tensor) const {
  if (!tensor || !is_differentiable(tensor.dtype())) return nullptr;
  const auto [begin, end] = entries_.equal_range(key_of(tensor));
  for (auto at = begin; at != end; ++at) {
    const Entry& entry = at->second;
    if (!(entry.shape == tensor.shape()) || entry.dtype != tensor.dtype()) continue;
    const bool is_same = tensor.has_data() ? !entry.owner && !entry.memory.expired()
                         : tensor.is_slot()
                             ? entry.owner.is_slot() && entry.recorder == Recorder::current()
                             : entry.owner == tensor;
    if (is_same) return &entry;
  }
  return nullptr;
}

Tensor TangentScope::of(const Tensor& tensor) const {
  const Entry* entry = find(tensor);
  return entry != nullptr ? entry->tangent : Tensor();
}

void TangentScope::set(const Tensor& tensor, const Tensor& tangent) {
  if (!is_differentiable(tensor.dtype()) || has(tensor)) return;
  forget_freed();
  Entry entry{.shape = tensor.shape(),
              .dtype = tensor.dtype(),
              .memory = tensor.has_data() ? tensor.impl()->buffer : nullptr,
              .owner = tensor.has_data() ? Tensor() : tensor,
              .recorder = Recorder::current(),
              .tangent = tangent};
  entries_.emplace(key_of(tensor), std::move(entry));
}

void TangentScope::forget_freed() {
  if (entries_.size() < next_sweep_) return;
  std::erase_if(entries_, [](const auto& item) {
    return !item.second.owner && item.second.memory.expired();
  });
  next_sweep_ = std::max<size_t>(256, 2 * entries_.size());
}

bool any_tangent(std::span<const Tensor> tensors) {
  const TangentScope* scope = TangentScope::current();
  return scope != nullptr &&
         std::ranges::any_of(tensors, [&](const Tensor& x) { return scope->has(x); });
}

void refuse_tangents(std::string_view function, std::span<const Tensor> inputs) {
  if (!any_tangent(inputs)) return;
  raise_not_implemented_error(
      {"jvp() has no rule for the derivative of ", std::string(function), "."});
}

}  // namespace keras::runtime
