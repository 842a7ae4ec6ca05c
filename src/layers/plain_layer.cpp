// keras.Layer itself, which a config may name although it cannot compute
// (keras/src/layers/layer.py).
#include "base/error.h"
#include "layers/layer.h"

namespace keras {
namespace {

class PlainLayer final : public Layer {
 public:
  // Keras derives this config from the constructor's arguments.
  void fields(FieldVisitor& f) override {
    Operation::fields(f);
    f("activity_regularizer", activity_regularizer_, "Regularizer of the output.");
    f("trainable", trainable_, "Whether the weights are trainable.");
    f("dtype", dtype_policy_, "Dtype of the computation and the weights, or a dtype policy.");
    f("autocast", autocast_, "Whether inputs and weights are cast to the compute dtype.");
  }

  bool states_output_shape() const override { return false; }

  Tree compute_output_spec(const CallArgs&) override {
    raise_not_implemented_error(
        {"Could not automatically infer the output shape / dtype of '", name(),
         "' (of type Layer). Either the `Layer.call()` method is incorrect, or you need to "
         "implement the `Layer.compute_output_spec() / compute_output_shape()` method. Error "
         "encountered:\n\nLayer Layer does not have a `call` method implemented."});
  }

  ShapeTree compute_output_shape(const BuildShapes&) override {
    raise_not_implemented_error(
        {"Layer Layer does not have a `compute_output_shape` method implemented. Should implement "
         "`def compute_output_shape(self, input_shape)`."});
  }

 protected:
  bool is_legacy_argument(std::string_view key) const override {
    return key != "autocast" && Layer::is_legacy_argument(key);
  }
};

}  // namespace

extern const ClassInfo kLayerClass;
constinit const ClassInfo kLayerClass{.module = "keras",
                                      .class_name = "Layer",
                                      .registered_name = "",
                                      .family = Family::kLayer,
                                      .create = &create_new<PlainLayer, kLayerClass>};

}  // namespace keras
