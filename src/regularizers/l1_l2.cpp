// L1L2: l1 * sum(|x|) + l2 * sum(x^2) (keras/src/regularizers/regularizers.py).
#include "regularizers/penalty.h"
#include "regularizers/regularizer.h"

namespace keras::regularizers {

class L1L2 final : public Regularizer {
 public:
  void fields(FieldVisitor& f) override {
    f("l1", l1_, "Factor of the sum of absolute values.");
    f("l2", l2_, "Factor of the sum of squares.");
  }
  void validate() override {
    l1_.validate("l1", 0);
    l2_.validate("l2", 0);
  }
  float value(const Tensor& x) const override {
    float out = 0;
    if (l1_.value() != 0) out += l1_.to_float() * sum_of_absolutes(x);
    if (l2_.value() != 0) out += l2_.to_float() * sum_of_squares(x);
    return out;
  }

 private:
  Penalty l1_ = 0.0;
  Penalty l2_ = 0.0;
};

KERAS_CLASS("keras.regularizers", L1L2, Family::kRegularizer, "l1l2")

}  // namespace keras::regularizers
