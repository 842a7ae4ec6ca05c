// L2: l2 * sum(x^2) (keras/src/regularizers/regularizers.py).
#include "regularizers/penalty.h"
#include "regularizers/regularizer.h"

namespace keras::regularizers {

class L2 final : public Regularizer {
 public:
  void fields(FieldVisitor& f) override { f("l2", l2_, "Factor of the sum of squares."); }
  void validate() override { l2_.validate("l2", 0.01); }
  float value(const Tensor& x) const override { return l2_.to_float() * sum_of_squares(x); }

 private:
  Penalty l2_ = 0.01;
};

KERAS_CLASS("keras.regularizers", L2, Family::kRegularizer, "l2")

}  // namespace keras::regularizers
