// Pipeline: layers one after another, as one layer (keras/src/layers/preprocessing/pipeline.py).
#include "base/error.h"
#include "layers/argument_validation.h"
#include "layers/layer_list.h"

namespace keras {
namespace {

class Pipeline final : public Layer {
 public:
  // As in Keras, without `trainable` and `dtype`.
  void fields(FieldVisitor& f) override {
    f("layers", layers_, "The layers, from the inputs to the outputs.", Field::kRequired);
    Operation::fields(f);
  }

  void configure(const json::Object& config) override {
    const json::Value* layers = config.find("layers");
    if (layers == nullptr || !layers->is_array()) {
      raise_value_error(
          {"`Pipeline` config must contain a `layers` key mapping to a list of serialized layers. "
           "Received config with layers=",
           layers == nullptr ? "None" : python_str(*layers), "."});
    }
    Layer::configure(config);
  }

  void validate() override {
    for (const LayerPtr& layer : layers_) {
      if (!layer) raise_value_error({"Expected a layer in `layers`. Received: None"});
      track(layer);
    }
  }

  std::string unknown_argument_message(const json::Object& unknown) const override {
    return Object::unknown_argument_message(unknown);
  }
  bool unknown_argument_is_value_error() const override { return false; }
  bool converts_inputs() const override { return false; }
  bool allows_non_tensor_arguments() const override { return true; }
  bool states_output_shape() const override { return false; }

  const CallSignature& call_signature() const override {
    static const CallSignature signature("inputs, training=True, mask=None");
    return signature;
  }

  Tree call(const CallArgs& args) override {
    const Tree& training = args.get("training");
    Tree data = args.first();
    Tree mask = args.get("mask");
    for (const LayerPtr& layer : layers_) {
      const CallSignature& signature = layer->call_signature();
      Tree::Dict kwargs;
      if (signature.has("mask")) kwargs.set("mask", mask);
      if (signature.has("training") && !training.is_none()) kwargs.set("training", training);
      data = layer->apply({data}, std::move(kwargs));
      mask = map_structure(data, [](const Tree& leaf) {
        return leaf.is_tensor() ? Tree(leaf.as_tensor().mask()) : Tree();
      });
    }
    return data;
  }

  std::vector<std::pair<std::string, LayerPtr>> saved_children() const override {
    return saved_list("_pipeline_layers", layers_);
  }

 protected:
  bool is_legacy_argument(std::string_view) const override { return false; }
  bool promises_compute_dtype() const override { return false; }

 private:
  std::vector<LayerPtr> layers_;
};

}  // namespace

KERAS_LAYER(Pipeline)

}  // namespace keras
