// Activation: any activation function as a layer (keras/src/layers/activations/activation.py).
#include "layers/shaped_layer.h"
#include "ops/common/activate.h"

namespace keras {
namespace {

// Named after Keras's class everywhere else; here `Activation` is the type of layer arguments.
class ActivationLayer final : public ElementwiseLayer {
 public:
  ActivationLayer() { build_at_init(); }

  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("activation", activation_, "The function, its name, or null for the identity.",
      Field::kRequired);
  }

  bool supports_masking() const override { return true; }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    return ops::activate(activation_, inputs);
  }

 private:
  Activation activation_;
};

}  // namespace

extern const ClassInfo kActivationLayerClass;
constinit const ClassInfo kActivationLayerClass{
    .module = "keras.layers",
    .class_name = "Activation",
    .registered_name = "",
    .family = Family::kLayer,
    .create = &create_new<ActivationLayer, kActivationLayerClass>};

}  // namespace keras
