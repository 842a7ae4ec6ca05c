// The base of all models: layers, prediction through plans, compile config, JSON
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
  // The user-visible layers: without the InputLayer of a Sequential and without graph operations.
  virtual std::vector<LayerPtr> layers() const = 0;
  // All operations of the graph, in order; layers() for models without a graph.
  virtual std::vector<std::shared_ptr<Operation>> operations() const;
  // Exactly one of name and index is given. Keras's ValueErrors.
  LayerPtr get_layer(const std::optional<std::string>& name, std::optional<int64_t> index) const;

  // As Keras, the record always has a compile_config, even if empty.
  void extend_record(json::Object& record) const override;
  // Throws as check_compile_config (compile_config.h).
  void apply_compile_config(const json::Value& config) override;
  void set_compile_config(json::Value config) {
    compile_config_ = std::move(config);
    optimizer_built_ = false;
  }
  // As in Keras, reviving a built model with its optimizer creates the optimizer's variables.
  bool optimizer_built() const { return optimizer_built_; }
  bool compiled() const { return compile_config_.truthy(); }
  const json::Value& compile_config() const { return compile_config_; }
  // serialize_keras_object(model) as JSON.
  std::string to_json() const;

  // The outputs for one batch, as a call with training=False. Runs a plan that is made once per
  // input shape and kept until weights or layers change.
  Tree predict_on_batch(const Tree& inputs);
  // Must be called when the structure changes.
  void drop_plans() { plans_.clear(); }
  // The plan of the last prediction; null without one.
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

// model_from_json: deserializes the text, without checking that it is a model.
Tree model_from_json(std::string_view text);

}  // namespace keras
