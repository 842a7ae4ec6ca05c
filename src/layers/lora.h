// The low-rank update of a kernel (LoRA) of Dense, EinsumDense, Embedding and the convolutions.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "layers/saved_state.h"
#include "serialization/fields.h"
#include "tensor/variable.h"

namespace keras {

class LoraUpdate {
 public:
  // lora_rank and lora_alpha: written only when there is a rank.
  void fields(FieldVisitor& f);
  void validate();

  bool wanted() const { return rank_.has_value(); }
  int64_t rank() const { return *rank_; }
  bool enabled() const { return a_ != nullptr; }
  // The scale becomes the rank, whatever was given: Dense and Embedding forget theirs when they are
  // built.
  void forget_alpha();
  // The two factors, made by the layer.
  void enable(std::shared_ptr<Variable> a, std::shared_ptr<Variable> b);
  // alpha / rank * a b, in the shape of the kernel.
  Tensor update() const;
  // kernel + update(), in the dtype of the computation; the kernel itself when not enabled.
  Tensor apply(const Tensor& kernel, DType compute_dtype) const;
  // For integer kernels: adds the update to the outputs. `inputs_a` is the product of the inputs
  // and the first factor.
  Tensor add_to(const Tensor& outputs, const Tensor& inputs_a, DType compute_dtype) const;
  Tensor a() const { return a_->value(); }
  // When enabled: files hold `merged()`, the kernel with the update in it.
  void save_merged(SavedState& state, std::function<SavedState::Values()> merged) const;

 private:
  double scale() const { return double{*alpha_} / static_cast<double>(*rank_); }

  std::optional<int64_t> rank_;
  std::optional<Number> alpha_;
  std::shared_ptr<Variable> a_;
  std::shared_ptr<Variable> b_;
};

}  // namespace keras
