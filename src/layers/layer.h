// The base of all layers: name, dtype policy, weights, build, call, masks, training
// (keras/src/layers/layer.py). See CONTRIBUTING.md for how to add one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "constraints/constraint.h"
#include "dtype_policies/dtype_policy.h"
#include "graph/operation.h"
#include "initializers/initializer.h"
#include "layers/input_spec.h"
#include "layers/saved_state.h"
#include "layers/shape_tree.h"
#include "random/seed_generator_object.h"
#include "regularizers/regularizer.h"
#include "tensor/variable.h"

namespace keras {

class Layer;
using LayerPtr = std::shared_ptr<Layer>;

class Layer : public Operation {
 public:
  // --- Config ---
  // name, trainable, dtype, and activity_regularizer when set. Overrides call this first.
  void fields(FieldVisitor& f) override;
  void configure(const json::Object& config) override;
  void extend_record(json::Object& record) const override;
  void apply_build_config(const json::Value& build_config) override;
  std::string unknown_argument_message(const json::Object& unknown) const override;
  bool unknown_argument_is_value_error() const override { return true; }
  std::string python_repr() const override;  // with `, built=True`

  // --- State ---
  bool trainable() const { return trainable_; }
  // Also applies to all existing variables and sub-layers.
  virtual void set_trainable(bool trainable);
  // Only this layer's flag, as the constructor argument of a model.
  void set_trainable_flag(bool trainable) { trainable_ = trainable; }
  const DTypePolicyPtr& dtype_policy() const { return dtype_policy_; }
  void set_dtype_policy(DTypePolicyPtr policy) { dtype_policy_ = std::move(policy); }
  // dtype_policy(), or its entry for this layer if it is a DTypePolicyMap.
  const DTypePolicy& own_dtype_policy() const { return dtype_policy_->of_layer(path_); }
  DType compute_dtype() const { return own_dtype_policy().compute_dtype(); }
  DType variable_dtype() const { return own_dtype_policy().variable_dtype(); }
  // The dtype to which floating-point inputs are cast.
  virtual DType input_dtype() const { return compute_dtype(); }
  bool built() const { return built_; }
  void set_built(bool built) { built_ = built; }
  const std::string& path() const { return path_; }
  // The legacy argument `input_shape`, without the batch size.
  const std::optional<Shape>& input_shape_argument() const { return input_shape_argument_; }
  virtual const InputSpecs& input_specs() { return input_specs_; }
  void set_input_specs(InputSpecs specs) { input_specs_ = std::move(specs); }

  using Variables = std::vector<std::shared_ptr<Variable>>;
  // Own trainable, own non-trainable, then the sub-layers' weights, without repetition.
  virtual Variables weights() const;
  Variables trainable_weights() const;
  Variables non_trainable_weights() const;
  // weights() and the states of random generators.
  Variables variables() const;
  // Own weights only, in the order of weights().
  virtual Variables own_weights() const;
  // What a file stores at this layer's path; by default own_weights().
  virtual SavedState saved_state() const { return {.variables = own_weights()}; }
  // States of the layer's own random generators, which are variables but not weights.
  virtual Variables own_random_states() const;
  std::vector<Tensor> get_weights() const;
  // Keras's ValueError when count or shapes differ.
  void set_weights(const std::vector<Tensor>& values);
  // ValueError when not built.
  virtual int64_t count_params() const;
  // In order of attachment.
  virtual std::vector<LayerPtr> sublayers() const { return sublayers_; }
  // Sub-layers and seed generators by attribute name, in the order of Keras's walk; saved files use
  // these names as paths. None by default.
  virtual std::vector<std::pair<std::string, LayerPtr>> saved_children() const { return {}; }

  // --- Build ---
  // Makes the weights for these input shapes, and records the shapes and initial values.
  void build(const BuildShapes& shapes);
  void build(const ShapeTree& input_shape) { build(BuildShapes{{{"input_shape", input_shape}}}); }
  // Checks the inputs of a call and builds the layer for them, unless it is built. `is_call_next`
  // means that `call` follows and builds the sub-layers.
  void build_for(const CallArgs& bound, bool is_call_next = false);
  // The shapes of the last build; nothing for layers without build or built in their constructor.
  const std::optional<BuildShapes>& build_shapes() const { return build_shapes_; }
  // The arguments of build when there are several, such as {"query_shape", "value_shape"}; empty
  // for a single shape.
  virtual std::vector<std::string> build_arguments() const { return {}; }

  // --- Call ---
  // By default ("inputs").
  const CallSignature& call_signature() const override;
  Tree apply(Tree::Sequence args, Tree::Dict kwargs = {}) override;
  // Calls a sub-layer with one tensor in and one out.
  Tensor apply_one(const Tensor& input, Tree::Dict kwargs = {});

  // The computation. The default runs call_one on the first argument.
  Tree call(const CallArgs& args) override;
  // Overridden instead of `call` by layers with one tensor in and one out.
  virtual Tensor call_one(const Tensor& inputs, const CallArgs& args);

  Tree compute_output_spec(const CallArgs& args) override;
  // Output shapes for these input shapes.
  virtual ShapeTree compute_output_shape(const BuildShapes& shapes);
  // Whether the class implements compute_output_shape; user classes may leave it to `call`.
  virtual bool states_output_shape() const { return true; }
  virtual bool supports_masking() const { return false; }
  // The masks of the outputs; by default the input's mask.
  virtual Tree compute_mask(const Tree& inputs, const Tree& previous_mask);

  // Whether inputs are cast to input_dtype() before the call.
  virtual bool converts_inputs() const { return true; }
  virtual bool allows_non_tensor_arguments() const { return false; }

 protected:
  // Makes the weights. The default runs build_one on the first shape.
  virtual void build_layer(const BuildShapes& shapes);
  // Overridden instead of build_layer by layers with one input.
  virtual void build_one(const Shape& input_shape);
  virtual void build_from_record(const BuildShapes& shapes) { build(shapes); }
  // For layers without weights: built in the constructor, and so without a build_config.
  void build_at_init() { built_ = true; }
  // Whether symbolic calls run `call`, rather than a shape function.
  virtual bool infers_by_call() const { return true; }
  // The field `dtype` of classes whose config has the dtype's name in place of the policy.
  void visit_plain_dtype(FieldVisitor& f);
  // Whether `call` follows this build and builds the sub-layers.
  bool is_call_next() const { return is_call_next_; }
  // Arguments for `call` with an abstract tensor per shape: matched by parameter name, then in
  // order to the remaining required parameters.
  CallArgs call_args_of(const BuildShapes& shapes);
  // KerasTensors have the compute dtype for layers that implement compute_output_shape, and the
  // computed dtype for others.
  virtual bool promises_compute_dtype() const { return true; }
  virtual void check_input_compatibility(const Tree& first_argument);
  // Legacy arguments that every layer accepts and no config holds:
  // input_shape, input_dim, autocast.
  virtual bool is_legacy_argument(std::string_view key) const;

  struct WeightOptions {
    std::optional<DType> dtype{};  // by default the policy's variable dtype
    bool trainable = true;
    RegularizerPtr regularizer{};
    ConstraintPtr constraint{};
  };
  // Without an initializer: glorot_uniform for floats, zeros otherwise.
  std::shared_ptr<Variable> add_weight(const std::string& name, const Shape& shape,
                                       const InitializerPtr& initializer, WeightOptions options);
  std::shared_ptr<Variable> add_weight(const std::string& name, const Shape& shape,
                                       const InitializerPtr& initializer) {
    return add_weight(name, shape, initializer, WeightOptions());
  }
  // Attaches a sub-layer, whose weights and trainable flag follow this layer.
  void track(const LayerPtr& layer);
  void untrack_all() { sublayers_.clear(); }
  // Updates the nesting level for a sub-layer. ValueError when layers are nested too deeply.
  void count_levels(const Layer& inner);
  void track(const std::shared_ptr<SeedGenerator>& generator);
  // The shapes of a call's tensor arguments, named as in Keras, for build and compute_output_shape.
  BuildShapes build_shapes_of(const CallArgs& args) const;
  // null when built in the constructor
  json::Value build_config() const;

  bool trainable_ = true;
  DTypePolicyPtr dtype_policy_;
  RegularizerPtr activity_regularizer_;
  bool autocast_ = true;
  bool built_ = false;
  InputSpecs input_specs_;
  std::optional<BuildShapes> build_shapes_;

 private:
  Tree convert_input(const Tree& tree) const;
  bool takes_fast_path(const Tree::Sequence& args, const Tree::Dict& kwargs) const;
  void populate_masks(const CallArgs& bound, Tree::Dict& kwargs) const;
  void set_output_masks(const Tree& inputs, const Tree& outputs, const Tree& previous_mask);
  Tree run(const Tree::Sequence& args, const Tree::Dict& kwargs, bool symbolic);

  Variables trainable_variables_;
  Variables non_trainable_variables_;
  std::vector<std::shared_ptr<SeedGenerator>> seed_generators_;
  std::vector<LayerPtr> sublayers_;
  int nesting_ = 1;  // nesting levels, including this layer
  std::optional<Shape> input_shape_argument_;
  std::string path_;
  bool in_build_scope_ = false;
  bool is_call_next_ = false;
};

// The `training` value of the current layer call; None outside one.
Tree current_training();

// A layer given as a record, a live object or a registered custom class.
template <>
struct FieldTraits<LayerPtr> {
  static LayerPtr read(const json::Value& value);
  static json::Value write(const LayerPtr& layer);
  static constexpr std::string_view kTypeScript = "Layer";
};

}  // namespace keras

// Registers a built-in layer next to its definition; layers.inc lists it as well.
#define KERAS_LAYER(Class, ...) \
  KERAS_CLASS("keras.layers", Class, Family::kLayer __VA_OPT__(, ) __VA_ARGS__)
