// Embedding: looks up a table row per integer (keras/src/layers/core/embedding.py).
#pragma once

#include "layers/argument_validation.h"
#include "layers/layer.h"
#include "layers/lora.h"
#include "layers/quantized_kernel.h"

namespace keras {

class Embedding : public Layer {
 public:
  void fields(FieldVisitor& f) override;
  void validate() override;
  bool supports_masking() const override { return mask_zero_; }
  Tree compute_mask(const Tree& inputs, const Tree& previous_mask) override;
  Tensor call_one(const Tensor& inputs, const CallArgs& args) override;
  Tree compute_output_spec(const CallArgs& args) override;
  ShapeTree compute_output_shape(const BuildShapes& shapes) override;
  SavedState saved_state() const override;

 protected:
  void build_layer(const BuildShapes& shapes) override;
  // Elsewhere `input_dim` is a legacy argument; here it is a field.
  bool is_legacy_argument(std::string_view key) const override;

  int64_t rows() const { return input_dim_->as_int(); }
  int64_t width() const { return output_dim_->as_int(); }
  Tensor look_up(const Tensor& ids) const;
  // True for ids that are not padding; null without mask_zero.
  Tensor mask_of(const Tensor& ids) const;
  // The float table. ValueError when it is quantized to integers.
  Tensor table() const;

  InitializerPtr embeddings_initializer_ = get_initializer("uniform");
  bool mask_zero_ = false;
  QuantizedKernel quantized_;
  QuantizationConfigPtr quantization_config_;

 private:
  void enable_lora();

  GivenInteger input_dim_, output_dim_;
  RegularizerPtr embeddings_regularizer_;
  ConstraintPtr embeddings_constraint_;
  json::Value input_length_;
  LoraUpdate lora_;
  std::shared_ptr<Variable> embeddings_;
};

}  // namespace keras
