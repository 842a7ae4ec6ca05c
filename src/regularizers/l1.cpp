// L1: l1 * sum(|x|) (keras/src/regularizers/regularizers.py).
#include "regularizers/penalty.h"
#include "regularizers/regularizer.h"

namespace keras::regularizers {

class L1 final : public Regularizer {
 public:
  L1() { l1_.round_to_float32(); }

  void fields(FieldVisitor& f) override { f("l1", l1_, "Factor of the sum of absolute values."); }
  void validate() override {
    l1_.validate("l1", 0.01);
    l1_.round_to_float32();
  }
  float value(const Tensor& x) const override { return l1_.to_float() * sum_of_absolutes(x); }

 private:
  Penalty l1_ = 0.01;
};

KERAS_CLASS("keras.regularizers", L1, Family::kRegularizer, "l1")

}  // namespace keras::regularizers
