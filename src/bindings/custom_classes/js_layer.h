// Layers and models whose methods JavaScript defines. For methods that the JavaScript class does
// not define, the core class that it extends runs its own.
#pragma once

#include <algorithm>
#include <utility>

#include "bindings/custom_classes/js_cell.h"
#include "bindings/custom_classes/js_object.h"
#include "layers/custom_saving.h"
#include "layers/layer.h"

namespace keras::bindings {

// Runs `call` of the JavaScript object: at once, or as one opaque step of the plan being recorded.
Tree call_js_layer(Layer& layer, const JsClass& js_class, const CallArgs& args);
void js_build(const Layer& layer, const BuildShapes& shapes);
ShapeTree js_compute_output_shape(const Layer& layer, const BuildShapes& shapes);
Tree js_compute_mask(const Layer& layer, const Tree& inputs, const Tree& previous_mask);
// Sub-layers on the properties of the JavaScript object.
std::vector<LayerPtr> js_sublayers(const Layer& layer);
// The sub-layers and what getters return, by their paths in a saved file. A layer may have several.
std::vector<std::pair<std::string, LayerPtr>> js_saved_children(const Layer& layer);
NamedTensors js_saved_variables(const Layer& layer);
void js_load_variables(const Layer& layer, const NamedTensors& store);
// Creates the weights of unbuilt sub-layers: `infer` runs `call` on shapes alone.
void build_sublayers(const Layer& layer, FunctionRef<void()> infer);

// The config of a layer with all arguments of Layer's constructor, in the order of Keras.
json::Object with_captured_arguments(const json::Object& config,
                                     const RegularizerPtr& activity_regularizer, bool autocast);

// Base is Layer, a model, or DelegatingLayer for the built-in layers.
template <class Base>
class JsObjectPart final : public Base, public JsLayer, public JsCell, public CustomSaving {
 public:
  template <class... Args>
  explicit JsObjectPart(const JsClass& js_class, Args&&... args)
      : Base(std::forward<Args>(args)...), JsLayer(js_class) {
    this->set_class_info(&js_class.info);
  }

  json::Object super_get_config() const override {
    json::Object config = Base::get_config();
    if (!js_class().captures_arguments) return config;
    return with_captured_arguments(config, this->activity_regularizer_, this->autocast_);
  }
  const CallSignature& super_call_signature() const override { return Base::call_signature(); }
  Tree super_call(const CallArgs& args) override { return Base::call(args); }
  void super_build(const BuildShapes& shapes) override { Base::build_layer(shapes); }
  ShapeTree super_compute_output_shape(const BuildShapes& shapes) override {
    return Base::compute_output_shape(shapes);
  }
  Tree super_compute_mask(const Tree& inputs, const Tree& previous_mask) override {
    return Base::compute_mask(inputs, previous_mask);
  }
  std::shared_ptr<Variable> add_js_weight(const Weight& weight) override {
    return this->add_weight(weight.name, weight.shape, weight.initializer,
                            {.dtype = weight.dtype,
                             .trainable = weight.trainable,
                             .regularizer = weight.regularizer,
                             .constraint = weight.constraint});
  }

  json::Object get_config() const override {
    return defines("getConfig") ? js_get_config(*this) : super_get_config();
  }
  std::shared_ptr<Object> new_from_config(const json::Object& config) const override {
    return js_new_from_config(*this, js_class(), config);
  }
  const CallSignature& call_signature() const override {
    return defines("call") ? js_class().signature : Base::call_signature();
  }
  Tree call(const CallArgs& args) override {
    return defines("call") ? call_js_layer(*this, js_class(), args) : Base::call(args);
  }
  Tree compute_output_spec(const CallArgs& args) override {
    if (defines("computeOutputShape")) {
      return map_shapes(compute_output_shape(this->build_shapes_of(args)), [&](const Shape& shape) {
        return Tree(make_keras_tensor(shape, this->compute_dtype()));
      });
    }
    return defines("call") ? Layer::compute_output_spec(args) : Base::compute_output_spec(args);
  }
  ShapeTree compute_output_shape(const BuildShapes& shapes) override {
    if (defines("computeOutputShape")) return js_compute_output_shape(*this, shapes);
    if (!defines("call")) return Base::compute_output_shape(shapes);
    // Inferred by running `call`, on a built layer: a temporary copy would need a getConfig.
    if (!this->built()) this->build(shapes);
    return Layer::compute_output_shape(shapes);
  }
  Tree compute_mask(const Tree& inputs, const Tree& previous_mask) override {
    return defines("computeMask") ? js_compute_mask(*this, inputs, previous_mask)
                                  : Base::compute_mask(inputs, previous_mask);
  }
  bool supports_masking() const override {
    return defines("supportsMasking") || defines("computeMask") || Base::supports_masking();
  }
  std::vector<std::string> build_arguments() const override {
    return defines("build") ? js_class().build_arguments : Base::build_arguments();
  }
  std::vector<LayerPtr> sublayers() const override {
    std::vector<LayerPtr> all = Base::sublayers();
    for (LayerPtr& layer : js_sublayers(*this)) {
      if (std::find(all.begin(), all.end(), layer) == all.end()) all.push_back(std::move(layer));
    }
    return all;
  }
  std::vector<std::pair<std::string, LayerPtr>> saved_children() const override {
    auto all = Base::saved_children();
    for (auto& child : js_saved_children(*this)) all.push_back(std::move(child));
    return all;
  }
  bool saves_own_variables() const override { return defines("saveOwnVariables"); }
  bool loads_own_variables() const override { return defines("loadOwnVariables"); }
  NamedTensors saved_variables() const override { return js_saved_variables(*this); }
  void load_variables(const NamedTensors& store) override { js_load_variables(*this, store); }

 private:
  const Layer& this_layer() const override { return *this; }
  const JsClass& this_class() const override { return js_class(); }

 protected:
  void build_layer(const BuildShapes& shapes) override {
    if (defines("build")) {
      js_build(*this, shapes);
    } else {
      Base::build_layer(shapes);
      if (defines("call") && !this->is_call_next()) {
        build_sublayers(*this, [&] { this->infer(this->call_args_of(shapes)); });
      }
    }
  }
  bool states_output_shape() const override {
    return defines("computeOutputShape") || Base::states_output_shape();
  }
  bool infers_by_call() const override { return !defines("computeOutputShape"); }
  bool promises_compute_dtype() const override {
    return !defines("call") && Base::promises_compute_dtype();
  }
};

}  // namespace keras::bindings
