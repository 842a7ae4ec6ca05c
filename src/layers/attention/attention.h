// Dot-product attention over lists [query, value] or [query, value, key], and the base of
// AdditiveAttention (keras/src/layers/attention/attention.py).
#pragma once

#include "layers/layer.h"

namespace keras {

class Attention : public Layer {
 public:
  void fields(FieldVisitor& f) override;
  void validate() override;
  bool supports_masking() const override { return true; }

  const CallSignature& call_signature() const override;
  Tree call(const CallArgs& args) override;
  Tree compute_output_spec(const CallArgs& args) override;
  ShapeTree compute_output_shape(const BuildShapes& shapes) override;
  Tree compute_mask(const Tree& inputs, const Tree& previous_mask) override;

 protected:
  void build_layer(const BuildShapes& shapes) override;
  // Makes the weights for a query of that shape.
  virtual void build_scores(const Shape& query);
  // [batch, Tq, Tv]
  virtual Tensor scores(const Tensor& query, const Tensor& key) const;

  bool use_scale_ = false;
  std::string score_mode_ = "dot";
  Number dropout_;
  Seed seed_;
  std::shared_ptr<Variable> scale_;

 private:
  void check_inputs(const Tree& inputs, const Tree& mask) const;
  Tensor masked(const Tensor& scores, const Tensor& value_mask, bool causal) const;

  std::shared_ptr<Variable> concat_score_weight_;
  SeedGeneratorPtr seed_generator_;
};

}  // namespace keras
