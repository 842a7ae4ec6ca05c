// LayerScale: scales each channel by a weight (keras/src/applications/convnext.py).
#include "layers/applications/application_layer.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class LayerScale final : public Layer {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("init_values", init_values_, "Initial value of the weights.", Field::kRequired);
    f("projection_dim", projection_dim_, "Number of channels.", Field::kRequired);
  }

  const CallSignature& call_signature() const override {
    static const CallSignature signature("x");
    return signature;
  }

  Tensor call_one(const Tensor& x, const CallArgs&) override {
    return ops::multiply(x, gamma_->value());
  }

 protected:
  void build_layer(const BuildShapes&) override {
    gamma_ = add_weight(
        "", {projection_dim_},
        get_initializer(json::Object{{"module", "keras.initializers"},
                                     {"class_name", "Constant"},
                                     {"config", json::Object{{"value", init_values_.json()}}},
                                     {"registered_name", nullptr}}));
  }

 private:
  Number init_values_;
  int64_t projection_dim_ = 0;
  std::shared_ptr<Variable> gamma_;
};

}  // namespace

KERAS_APPLICATION_LAYER("keras.src.applications.convnext", LayerScale)

}  // namespace keras
