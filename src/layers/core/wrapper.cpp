#include "layers/core/wrapper.h"

#include "base/error.h"

namespace keras {

KERAS_LAYER(Wrapper)

void Wrapper::fields(FieldVisitor& f) {
  Layer::fields(f);
  f("layer", layer_, "The wrapped layer.", Field::kRequired);
}

void Wrapper::validate() {
  if (!layer_) {
    raise_value_error(
        {"Layer None supplied to Wrapper isn't a supported layer type. Please ensure wrapped layer "
         "is a valid Keras layer."});
  }
  track(layer_);
}

void Wrapper::build_layer(const BuildShapes& shapes) {
  if (!layer_->built()) layer_->build(shapes.first());
}

}  // namespace keras
