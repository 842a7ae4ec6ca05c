// The base of normalization layers with `gamma` and `beta`: BatchNormalization, GroupNormalization
// and LayerNormalization.
#pragma once

#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"

namespace keras {

class AffineNormalization : public ShapedLayer {
 public:
  bool supports_masking() const override { return true; }

 protected:
  // Parts of `fields`, in the order of Keras's configs.
  void scale_fields(FieldVisitor& f);        // epsilon, center, scale
  void initializer_fields(FieldVisitor& f);  // beta_initializer, gamma_initializer
  void restriction_fields(FieldVisitor& f);  // regularizers and constraints
  void add_gamma(const Shape& shape);
  void add_beta(const Shape& shape);

  Number epsilon_ = 1e-3;
  bool center_ = true;
  bool scale_ = true;
  std::shared_ptr<Variable> gamma_, beta_;

 private:
  InitializerPtr beta_initializer_ = get_initializer("zeros");
  InitializerPtr gamma_initializer_ = get_initializer("ones");
  RegularizerPtr beta_regularizer_, gamma_regularizer_;
  ConstraintPtr beta_constraint_, gamma_constraint_;
};

}  // namespace keras
