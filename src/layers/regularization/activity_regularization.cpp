// ActivityRegularization: returns its inputs, and penalizes them in training
// (keras/src/layers/regularization/activity_regularization.py).
#include "layers/shaped_layer.h"

namespace keras {
namespace {

class ActivityRegularization final : public ElementwiseLayer {
 public:
  ActivityRegularization() { build_at_init(); }

  // The config has l1 and l2 instead of activity_regularizer.
  void fields(FieldVisitor& f) override {
    Operation::fields(f);
    f("trainable", trainable_, "Whether the weights are trainable.");
    f("dtype", dtype_policy_, "Dtype of the computation and the weights, or a dtype policy.");
    f("l1", l1_, "Factor of the sum of absolute values.");
    f("l2", l2_, "Factor of the sum of squares.");
  }

  void validate() override {
    activity_regularizer_ = get_regularizer(
        json::Object{{"module", "keras.regularizers"},
                     {"class_name", "L1L2"},
                     {"config", json::Object{{"l1", l1_.json()}, {"l2", l2_.json()}}},
                     {"registered_name", nullptr}});
  }

  bool supports_masking() const override { return true; }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override { return inputs; }

 private:
  Number l1_ = 0.0;
  Number l2_ = 0.0;
};

}  // namespace

KERAS_LAYER(ActivityRegularization)

}  // namespace keras
