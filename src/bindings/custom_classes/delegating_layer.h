// A layer that delegates to a built-in one: the base of a JavaScript class that extends, for
// example, layers.Dense.
#pragma once

#include <memory>

#include "layers/delegate.h"

namespace keras::bindings {

class DelegatingLayer : public Layer, public Delegate {
 public:
  // Of the constructor's options this layer keeps those that configs leave out.
  DelegatingLayer(LayerPtr inner, const json::Object& options);
  const LayerPtr& delegate() const override { return inner_; }

  json::Object get_config() const override;
  void set_trainable(bool trainable) override;
  DType input_dtype() const override { return inner_->input_dtype(); }
  const InputSpecs& input_specs() override {
    return input_specs_.empty() ? inner_->input_specs()
                                : input_specs_;  // assigned, or the inner layer's
  }
  Variables own_weights() const override;
  SavedState saved_state() const override;
  Variables own_random_states() const override { return inner_->own_random_states(); }
  std::vector<LayerPtr> sublayers() const override { return inner_->sublayers(); }
  std::vector<std::pair<std::string, LayerPtr>> saved_children() const override {
    return inner_->saved_children();
  }
  std::vector<std::string> build_arguments() const override { return inner_->build_arguments(); }

  const CallSignature& call_signature() const override { return inner_->call_signature(); }
  Tree call(const CallArgs& args) override {
    inner_->build_for(args);  // `built` of this layer may have been set by hand
    return inner_->call(args);
  }
  Tree compute_output_spec(const CallArgs& args) override {
    return inner_->compute_output_spec(args);
  }
  ShapeTree compute_output_shape(const BuildShapes& shapes) override {
    return inner_->compute_output_shape(shapes);
  }
  bool supports_masking() const override { return inner_->supports_masking(); }
  Tree compute_mask(const Tree& inputs, const Tree& previous_mask) override {
    return inner_->compute_mask(inputs, previous_mask);
  }
  bool converts_inputs() const override { return inner_->converts_inputs(); }
  bool allows_non_tensor_arguments() const override {
    return inner_->allows_non_tensor_arguments();
  }

 protected:
  void build_layer(const BuildShapes& shapes) override;

 private:
  LayerPtr inner_;
};

}  // namespace keras::bindings
