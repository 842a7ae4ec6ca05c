// Identity: returns its input (keras/src/layers/core/identity.py).
#include "graph/keras_tensor.h"
#include "layers/auto_config.h"
#include "layers/layer.h"

namespace keras {
namespace {

class Identity final : public Layer {
 public:
  Identity() { build_at_init(); }

  void configure(const json::Object& config) override {
    order_.note(config);
    Layer::configure(config);
  }

  void fields(FieldVisitor& f) override {
    Operation::fields(f);
    order_.fields(f, trainable_, dtype_policy_);
    f("activity_regularizer", activity_regularizer_, "Regularizer of the output.",
      Field::kOmitNull);
  }

  bool supports_masking() const override { return true; }

  Tree call(const CallArgs& args) override { return args.first(); }

  Tree compute_output_spec(const CallArgs& args) override {
    return map_structure(args.first(), [](const Tree& leaf) -> Tree {
      if (!leaf.is_tensor()) return leaf;
      const KerasTensorInfo* info = keras_tensor_info(leaf.as_tensor());
      return make_keras_tensor(leaf.as_tensor().shape(), leaf.as_tensor().dtype(), {},
                               info != nullptr && info->sparse);
    });
  }

  ShapeTree compute_output_shape(const BuildShapes& shapes) override { return shapes.first(); }

 private:
  AutoConfigOrder order_;
};

}  // namespace

KERAS_LAYER(Identity)

}  // namespace keras
