#include "layers/utils/jax_layer.h"

namespace keras {
namespace {

class JaxLayer final : public JaxBasedLayer {
 public:
  JaxLayer() : JaxBasedLayer("JAX") {}

  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("call_fn", call_fn_, "The function that computes.", Field::kRequired);
    f("init_fn", init_fn_, "The function that makes the weights.");
    platforms_field(f);
  }

 private:
  PythonRecord call_fn_, init_fn_;
};

}  // namespace

KERAS_FOREIGN_LAYER(JaxLayer)

}  // namespace keras
