// CustomScaleLayer: inputs[0] + scale * inputs[1] (keras/src/applications/inception_resnet_v2.py).
#include "base/error.h"
#include "layers/applications/application_layer.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class CustomScaleLayer final : public Layer {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("scale", scale_, "Factor of the second input.", Field::kRequired);
  }

  Tree call(const CallArgs& args) override {
    const Tree& inputs = args.first();
    if (!inputs.is_sequence() || inputs.items().size() < 2) {
      raise_value_error(
          {"Layer '", name(), "' expects a list of two tensors. Received: ", repr(inputs)});
    }
    return ops::add(inputs.items()[0].as_tensor(),
                    ops::multiply(inputs.items()[1].as_tensor(), double{scale_}));
  }

 private:
  Number scale_;
};

}  // namespace

KERAS_APPLICATION_LAYER("keras.src.applications.inception_resnet_v2", CustomScaleLayer)

}  // namespace keras
