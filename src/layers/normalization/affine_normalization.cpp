#include "layers/normalization/affine_normalization.h"

namespace keras {

void AffineNormalization::scale_fields(FieldVisitor& f) {
  f("epsilon", epsilon_, "Added to the variance.");
  f("center", center_, "Whether `beta` is added.");
  f("scale", scale_, "Whether the result is multiplied by `gamma`.");
}

void AffineNormalization::initializer_fields(FieldVisitor& f) {
  f("beta_initializer", beta_initializer_, "Initializer of beta.");
  f("gamma_initializer", gamma_initializer_, "Initializer of gamma.");
}

void AffineNormalization::restriction_fields(FieldVisitor& f) {
  f("beta_regularizer", beta_regularizer_, "Regularizer of beta.");
  f("gamma_regularizer", gamma_regularizer_, "Regularizer of gamma.");
  f("beta_constraint", beta_constraint_, "Constraint of beta.");
  f("gamma_constraint", gamma_constraint_, "Constraint of gamma.");
}

void AffineNormalization::add_gamma(const Shape& shape) {
  gamma_ = add_weight("gamma", shape, gamma_initializer_,
                      {.regularizer = gamma_regularizer_, .constraint = gamma_constraint_});
}

void AffineNormalization::add_beta(const Shape& shape) {
  beta_ = add_weight("beta", shape, beta_initializer_,
                     {.regularizer = beta_regularizer_, .constraint = beta_constraint_});
}

}  // namespace keras
