// The base of all layers: name, dtype policy, weights, build, call, masks, training
// (keras/src/layers/layer.py).
//
// A new layer states its fields, builds its weights and computes; see CONTRIBUTING.md for a worked
// example.
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
  // --- Config
  // -------------------------------------------------------------------------------------------
  // name, trainable, dtype, and activity_regularizer when set. Layers call this first in their own.
  void fields(FieldVisitor& f) override;
  void configure(const json::Object& config) override;
  void extend_record(json::Object& record) const override;
  void apply_build_config(const json::Value& build_config) override;
  std::string unknown_argument_message(const json::Object& unknown) const override;
  bool unknown_argument_is_value_error() const override { return true; }
  std::string python_repr() const override;  // with `, built=True`

  // --- State
  // --------------------------------------------------------------------------------------------
  bool trainable() const { return trainable_; }
  // Pushed to all variables and sub-layers that exist now.
  virtual void set_trainable(bool trainable);
  // Only this layer's flag: what the constructor argument of a model does.
  void set_trainable_flag(bool trainable) { trainable_ = trainable; }
  const DTypePolicyPtr& dtype_policy() const { return dtype_policy_; }
  void set_dtype_policy(DTypePolicyPtr policy) { dtype_policy_ = std::move(policy); }
  // dtype_policy(), or what a DTypePolicyMap has for this layer.
  const DTypePolicy& own_dtype_policy() const { return dtype_policy_->of_layer(path_); }
  DType compute_dtype() const { return own_dtype_policy().compute_dtype(); }
  DType variable_dtype() const { return own_dtype_policy().variable_dtype(); }
  // The dtype to which floating-point inputs are cast.
  virtual DType input_dtype() const { return compute_dtype(); }
  bool built() const { return built_; }
  void set_built(bool built) { built_ = built; }
  const std::string& path() const { return path_; }
  // The shape of a legacy `input_shape=` argument, batch size left out.
  const std::optional<Shape>& input_shape_argument() const { return input_shape_argument_; }
  virtual const InputSpecs& input_specs() { return input_specs_; }
  void set_input_specs(InputSpecs specs) { input_specs_ = std::move(specs); }

  using Variables = std::vector<std::shared_ptr<Variable>>;
  // Own trainable, own non-trainable, then those of sub-layers; each once.
  virtual Variables weights() const;
  Variables trainable_weights() const;
  Variables non_trainable_weights() const;
  // weights() and the states of random number generators.
  Variables variables() const;
  // Own weights only, in the order of weights().
  virtual Variables own_weights() const;
  // What a file stores at this layer's path; by default its own weights.
  virtual SavedState saved_state() const { return {.variables = own_weights()}; }
  // States of the layer's own random number generators: variables, but not weights.
  virtual Variables own_random_states() const;
  std::vector<Tensor> get_weights() const;
  // ValueError with Keras's sentence when count or shapes differ.
  void set_weights(const std::vector<Tensor>& values);
  // ValueError when not built.
  virtual int64_t count_params() const;
  // Sub-layers in the order in which they were attached.
  virtual std::vector<LayerPtr> sublayers() const { return sublayers_; }
  // Sub-layers and seed generators by the attribute names that a saved file's paths use, sorted as
  // Keras walks them (design: saving/). The default names none.
  virtual std::vector<std::pair<std::string, LayerPtr>> saved_children() const { return {}; }

  // --- Build
  // --------------------------------------------------------------------------------------------
  // Makes the weights for inputs of these shapes. Does the book-keeping around build_layer.
  void build(const BuildShapes& shapes);
  void build(const ShapeTree& input_shape) { build(BuildShapes{{{"input_shape", input_shape}}}); }
  // Refuses inputs that do not fit; builds for the tensors of a call, unless the layer is built.
  // `is_call_next`: `call` runs right after it and builds the sub-layers itself.
  void build_for(const CallArgs& bound, bool is_call_next = false);
  // What build was called with; nothing before, and for layers built at init.
  const std::optional<BuildShapes>& build_shapes() const { return build_shapes_; }
  // The arguments of build when there are several, such as {"query_shape", "value_shape"}; empty:
  // one shape.
  virtual std::vector<std::string> build_arguments() const { return {}; }

  // --- Call
  // ---------------------------------------------------------------------------------------------
  // By default ("inputs").
  const CallSignature& call_signature() const override;
  Tree apply(Tree::Sequence args, Tree::Dict kwargs = {}) override;
  // Calls a sub-layer with one tensor in and one out.
  Tensor apply_one(const Tensor& input, Tree::Dict kwargs = {});

  // The computation. The default runs call_one on the first argument.
  Tree call(const CallArgs& args) override;
  // The computation of a layer with one tensor in and one out, which overrides it in place of call.
  virtual Tensor call_one(const Tensor& inputs, const CallArgs& args);

  Tree compute_output_spec(const CallArgs& args) override;
  // Shapes that the layer gives for inputs of these shapes.
  virtual ShapeTree compute_output_shape(const BuildShapes& shapes);
  // Whether the class implements compute_output_shape; user classes may leave it to `call`.
  virtual bool states_output_shape() const { return true; }
  virtual bool supports_masking() const { return false; }
  // The masks of the outputs; by default the mask of the input goes on.
  virtual Tree compute_mask(const Tree& inputs, const Tree& previous_mask);

  // Whether inputs are cast to input_dtype() before the call.
  virtual bool converts_inputs() const { return true; }
  virtual bool allows_non_tensor_arguments() const { return false; }

 protected:
  // Makes the weights. The default runs build_one on the first shape.
  virtual void build_layer(const BuildShapes& shapes);
  // Makes the weights of a layer with one input, which overrides it in place of build_layer.
  virtual void build_one(const Shape& input_shape);
  // Builds from the shapes in a record's build_config.
  virtual void build_from_record(const BuildShapes& shapes) { build(shapes); }
  // For layers without state: built from the start, and so without a build_config.
  void build_at_init() { built_ = true; }
  // Whether a symbolic call runs `call`, rather than a shape function of its own.
  virtual bool infers_by_call() const { return true; }
  // Whether `call` runs right after this `build` and builds the sub-layers itself.
  bool is_call_next() const { return is_call_next_; }
  // Arguments of `call` with an abstract tensor for each shape: by parameter name; the others fill
  // the remaining required parameters in order.
  CallArgs call_args_of(const BuildShapes& shapes);
  // Keras promises KerasTensors of the compute dtype for layers that state their output shape, and
  // the computed dtype for the others.
  virtual bool promises_compute_dtype() const { return true; }
  virtual void check_input_compatibility(const Tree& first_argument);
  // Arguments of older Keras that every layer takes and no config holds: input_shape, input_dim,
  // autocast.
  virtual bool is_legacy_argument(std::string_view key) const;

  struct WeightOptions {
    std::optional<DType> dtype{};  // the policy's variable dtype
    bool trainable = true;
    RegularizerPtr regularizer{};
    ConstraintPtr constraint{};
  };
  // A null initializer: glorot_uniform for floats, zeros otherwise.
  std::shared_ptr<Variable> add_weight(const std::string& name, const Shape& shape,
                                       const InitializerPtr& initializer, WeightOptions options);
  std::shared_ptr<Variable> add_weight(const std::string& name, const Shape& shape,
                                       const InitializerPtr& initializer) {
    return add_weight(name, shape, initializer, WeightOptions());
  }
  // Attaches a sub-layer: its weights and its trainable flag belong to this layer.
  void track(const LayerPtr& layer);
  void untrack_all() { sublayers_.clear(); }
  // Counts a layer inside of this one. ValueError when there are too many levels.
  void count_levels(const Layer& inner);
  void track(const std::shared_ptr<SeedGenerator>& generator);
  // Keras's shapes of the tensor arguments of a call, for build and compute_output_shape.
  BuildShapes build_shapes_of(const CallArgs& args) const;
  // build_config as JSON; null when the layer was built at init.
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
  int nesting_ = 1;  // levels of layers, with this one
  std::optional<Shape> input_shape_argument_;
  std::string path_;
  bool in_build_scope_ = false;
  bool is_call_next_ = false;
};

// The `training` value of the layer call we are inside of; None outside.
Tree current_training();

// A layer given by a config (a full record), a live object or a registered custom class.
template <>
struct FieldTraits<LayerPtr> {
  static LayerPtr read(const json::Value& value);
  static json::Value write(const LayerPtr& layer);
  static constexpr std::string_view kTypeScript = "Layer";
};

}  // namespace keras

// States a built-in layer next to its definition; layers.inc names it once more.
#define KERAS_LAYER(Class, ...) \
  KERAS_CLASS("keras.layers", Class, Family::kLayer __VA_OPT__(, ) __VA_ARGS__)
