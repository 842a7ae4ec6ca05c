// What all models share: layers, prediction through plans, compile config, JSON
// (keras/src/models/model.py).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "layers/layer.h"
#include "models/plan_cache.h"

namespace keras {

class Model : public Layer {
 public:
  // The layers a user sees: without the InputLayer of a Sequential, without graph operations.
  virtual std::vector<LayerPtr> layers() const = 0;
  // Everything the graph consists of, in order; the same as layers() for models without a graph.
  virtual std::vector<std::shared_ptr<Operation>> operations() const;
  // By name or by index; exactly one of them. ValueErrors as Keras.
  LayerPtr get_layer(const std::optional<std::string>& name, std::optional<int64_t> index) const;

  // As keras: the outer record carries compile_config, also when it is empty.
  void extend_record(json::Object& record) const override;
  // Throws what compile_config.h says for parts that cannot be revived.
  void apply_compile_config(const json::Value& config) override;
  void set_compile_config(json::Value config) {
    compile_config_ = std::move(config);
    optimizer_built_ = false;
  }
  // As Keras: the optimizer has its variables once a built model was revived with it.
  bool optimizer_built() const { return optimizer_built_; }
  bool compiled() const { return compile_config_.truthy(); }
  const json::Value& compile_config() const { return compile_config_; }
  // The JSON text of serialize_keras_object(model).
  std::string to_json() const;

  // The outputs for one batch of inputs, computed by a plan that is made once per input shape and
  // kept until weights or layers change. Same structure as a call with training=False.
  Tree predict_on_batch(const Tree& inputs);
  // Forgets the plans; for whoever changes the structure.
  void drop_plans() { plans_.clear(); }
  // The plan of the last prediction; null when there is none.
  runtime::Plan* last_plan() const { return plans_.last(); }

  const CallSignature& call_signature() const override;
  std::vector<LayerPtr> sublayers() const override;
  std::vector<std::pair<std::string, LayerPtr>> saved_children() const override;

 protected:
  json::Value compile_config_ = json::Object{};

 private:
  bool optimizer_built_ = false;
  PlanCache plans_;
};

using ModelPtr = std::shared_ptr<Model>;

// model_from_json: the value the text describes, without any check that it is a model.
Tree model_from_json(std::string_view text);

}  // namespace keras
