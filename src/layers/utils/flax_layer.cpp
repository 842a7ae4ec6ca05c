// FlaxLayer: a module of Flax (keras/src/utils/jax_layer.py).
#include "layers/utils/jax_layer.h"

namespace keras {
namespace {

class FlaxLayer final : public JaxBasedLayer {
 public:
  FlaxLayer() : JaxBasedLayer("Flax") {}

  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    platforms_field(f);
    f("module", module_, "The Flax module.", Field::kRequired);
    f("method", method_, "The method of the module that computes.");
  }

 private:
  PythonRecord module_, method_;
};

}  // namespace

KERAS_FOREIGN_LAYER(FlaxLayer)

}  // namespace keras
