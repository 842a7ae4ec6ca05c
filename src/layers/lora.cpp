#include "layers/lora.h"

#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {

void LoraUpdate::fields(FieldVisitor& f) {
  f("lora_rank", rank_, "Rank of the LoRA update of the kernel, if any.", Field::kOmitNull);
  f("lora_alpha", alpha_, "Scale of the LoRA update; by default its rank.", Field::kOmitNull);
}

void LoraUpdate::validate() {
  if (rank_ == 0) rank_.reset();
  if (!rank_) alpha_.reset();
  if (rank_ && !alpha_) alpha_ = *rank_;
}

void LoraUpdate::forget_alpha() {
  if (rank_) alpha_ = *rank_;
}

void LoraUpdate::enable(std::shared_ptr<Variable> a, std::shared_ptr<Variable> b) {
  a_ = std::move(a);
  b_ = std::move(b);
}

Tensor LoraUpdate::update() const {
  return ops::multiply(scale(), ops::matmul(a_->value(), b_->value()));
}

Tensor LoraUpdate::apply(const Tensor& kernel, DType compute_dtype) const {
  return enabled() ? ops::cast(ops::add(kernel, update()), compute_dtype) : kernel;
}

Tensor LoraUpdate::add_to(const Tensor& outputs, const Tensor& inputs_a,
                          DType compute_dtype) const {
  const Tensor update = ops::multiply(scale(), ops::matmul(inputs_a, b_->value()));
  return ops::cast(ops::add(outputs, update), compute_dtype);
}

void LoraUpdate::save_merged(SavedState& state, std::function<SavedState::Values()> merged) const {
  if (!enabled()) return;
  state.lora_factors = {a_, b_};
  state.merged_values = std::move(merged);
}

}  // namespace keras
