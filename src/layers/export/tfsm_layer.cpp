// TFSMLayer: a TensorFlow SavedModel (keras/src/export/tfsm_layer.py).
#include "layers/foreign_layer.h"

namespace keras {
namespace {

class TFSMLayer final : public ForeignLayer {
 public:
  TFSMLayer() : ForeignLayer("TensorFlow") { build_at_init(); }

  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("filepath", filepath_, "Path of the SavedModel.", Field::kRequired);
    f("call_endpoint", call_endpoint_, "Name of the endpoint that computes.");
    f("call_training_endpoint", call_training_endpoint_,
      "Name of the endpoint that computes in training; `call_endpoint` when null.");
  }

  const CallSignature& call_signature() const override {
    static const CallSignature signature("inputs, training=False, **kwargs");
    return signature;
  }

 private:
  std::string filepath_;
  std::string call_endpoint_ = "serve";
  std::optional<std::string> call_training_endpoint_;
};

}  // namespace

KERAS_FOREIGN_LAYER(TFSMLayer)

}  // namespace keras
