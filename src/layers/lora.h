// The low-rank update (LoRA) of kernels in Dense, EinsumDense, Embedding and convolutions.
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
  // lora_rank and lora_alpha, written only with a rank.
  void fields(FieldVisitor& f);
  void validate();

  bool wanted() const { return rank_.has_value(); }
  int64_t rank() const { return *rank_; }
  bool enabled() const { return a_ != nullptr; }
  // Resets alpha to the rank: Dense and Embedding lose it when they are built.
  void forget_alpha();
  // Takes the two factors, which the layer makes.
  void enable(std::shared_ptr<Variable> a, std::shared_ptr<Variable> b);
  // alpha / rank * a b, in the shape of the kernel.
  Tensor update() const;
  // kernel + update() in the compute dtype; the kernel itself when not enabled.
  Tensor apply(const Tensor& kernel, DType compute_dtype) const;
  // For integer kernels: adds the update to the outputs. `inputs_a` is the product of the inputs
  // and the first factor.
  Tensor add_to(const Tensor& outputs, const Tensor& inputs_a, DType compute_dtype) const;
  Tensor a() const { return a_->value(); }
  // When enabled: files store `merged()`, the kernel including the update.
  void save_merged(SavedState& state, std::function<SavedState::Values()> merged) const;

 private:
  double scale() const { return double{*alpha_} / static_cast<double>(*rank_); }

  std::optional<int64_t> rank_;
  std::optional<Number> alpha_;
  std::shared_ptr<Variable> a_;
  std::shared_ptr<Variable> b_;
};

}  // namespace keras
