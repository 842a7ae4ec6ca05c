// TorchModuleWrapper: a module of PyTorch (keras/src/utils/torch_utils.py).
#include "layers/foreign_layer.h"

namespace keras {
namespace {

class TorchModuleWrapper final : public ForeignLayer {
 public:
  TorchModuleWrapper() : ForeignLayer("PyTorch") { build_at_init(); }

  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("module", module_, "The pickled module in base64.", Field::kRequired);
    f("output_shape", output_shape_, "Shape of the output.");
  }

  const CallSignature& call_signature() const override {
    static const CallSignature signature("inputs, *args, **kwargs");
    return signature;
  }

  ShapeTree compute_output_shape(const BuildShapes& shapes) override {
    return output_shape_ ? ShapeTree(*output_shape_) : ForeignLayer::compute_output_shape(shapes);
  }

 private:
  std::string module_;
  std::optional<Shape> output_shape_;
};

}  // namespace

KERAS_FOREIGN_LAYER(TorchModuleWrapper)

}  // namespace keras
