// A function as a layer (keras/src/layers/core/lambda_layer.py).
#include <algorithm>

#include "base/error.h"
#include "layers/layer.h"
#include "ops/core.h"
#include "runtime/emit.h"
#include "serialization/deserialize.h"
#include "serialization/registry.h"
#include "serialization/safe_mode.h"
#include "serialization/serialize.h"

namespace keras {
namespace {

// A Python lambda: byte code, which nothing but one version of Python can run.
bool is_python_lambda(const json::Value& value) {
  const json::Value* class_name = value.find("class_name");
  return class_name != nullptr && class_name->is_string() &&
         class_name->as_string() == "__lambda__";
}

std::shared_ptr<Function> custom_function(std::string_view name) {
  const auto custom = find_custom_object(name);
  return custom ? custom->function() : nullptr;
}

class Lambda final : public Layer {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("function", function_config_, "The function, by its record or name.", Field::kRequired);
    f("output_shape", output_shape_config_, "Shape of the output without batch size.",
      Field::kOmitNull);
    f("mask", mask_config_, "The mask of the output, or a function that makes it.",
      Field::kOmitNull);
    f("arguments", arguments_config_, "Keyword arguments of the function.");
  }

  bool wraps_errors_of_from_config() const override { return false; }

  void validate() override {
    function_ = revive_function(function_config_);
    if (is_python_lambda(output_shape_config_)) {
      revive_function(output_shape_config_);
    } else {
      output_shape_ = deserialize_keras_object(output_shape_config_);
    }
    mask_ = is_python_lambda(mask_config_) ? Nest() : deserialize_keras_object(mask_config_);
    if (arguments_config_.is_null()) arguments_config_ = json::Object();
    arguments_ = deserialize_keras_object(arguments_config_).as_dict();
  }

  bool supports_masking() const override { return !mask_config_.is_null(); }
  bool allows_non_tensor_arguments() const override { return false; }

  const CallSignature& call_signature() const override {
    static const CallSignature signature("inputs, mask=None, training=None");
    return signature;
  }

  Nest call(const CallArgs& args) override {
    if (!function_) return stand_in(args.first());
    // Code of the host may look at the data; what comes from the core only uses operations.
    if (find_builtin_function(function_->name()) == function_) return invoke(args.first());
    return invoke_opaque(args.first());
  }

  Nest compute_output_spec(const CallArgs& args) override {
    if (output_shape_.is_none()) return Layer::compute_output_spec(args);
    return map_shapes(compute_output_shape(build_shapes_of(args)), [&](const Shape& shape) {
      return Nest(make_keras_tensor(shape, compute_dtype()));
    });
  }

  ShapeTree compute_output_shape(const BuildShapes& shapes) override {
    if (output_shape_.is_none()) return infer_output_shape(shapes);
    if (output_shape_.is_function()) {
      const Nest shape = Nest::from_json(to_json(shapes.first()));
      return shape_tree_from_json(
          serialize_keras_object(output_shape_.as_function()->call({shape}, {})));
    }
    // The batch size is left out of what the user states.
    const std::vector<Shape> inputs = shapes.first().flat();
    return with_batch(shape_tree_from_json(serialize_keras_object(output_shape_)),
                      inputs.empty() ? kNone : inputs.front().front());
  }

  Nest compute_mask(const Nest& inputs, const Nest& previous_mask) override {
    if (!mask_.is_function()) return mask_;
    return mask_.as_function()->call({inputs, previous_mask}, {});
  }

 private:
  // The function of a record. A Python lambda has none: a custom object under this layer's name
  // takes its place.
  std::shared_ptr<Function> revive_function(const json::Value& config) const {
    if (!is_python_lambda(config)) {
      const Nest value = deserialize_keras_object(config);
      if (value.is_function()) return value.as_function();
      throw type_error(
          "unsupported callable: the function of a Lambda must be the record or name "
          "of a function. Received: " +
          repr(value));
    }
    if (auto function = custom_function(name())) return function;
    if (in_safe_mode().value_or(true)) {
      throw value_error(
          "Requested the deserialization of a `Lambda` layer whose `function` is a Python lambda. "
          "This carries a potential risk of arbitrary code execution and thus it is disallowed by "
          "default. If you trust the source of the artifact, you can override this error by "
          "passing `safe_mode=False` to the loading function, or calling "
          "`keras.config.enable_unsafe_deserialization().");
    }
    return nullptr;
  }

  // A layer whose code cannot run here still has its place in a graph, so that a model can be
  // opened, cloned and saved: it promises the shape of its input.
  Nest stand_in(const Nest& inputs) const {
    const std::vector<Tensor> tensors = flatten_tensors(inputs);
    const bool infer = !tensors.empty() && tensors.front().is_abstract();
    if (infer) return Tensor::abstract(tensors.front().shape(), compute_dtype());
    throw not_implemented_error(
        "Lambda layer '" + name() +
        "' holds a Python lambda: byte code of one Python version that cannot run here. Give a "
        "function for it under the layer's name, for example with `customObjects`.");
  }

  Nest invoke(const Nest& inputs) const { return function_->call({inputs}, arguments_); }

  Nest invoke_opaque(const Nest& inputs) const {
    const std::vector<Tensor> tensors = flatten_tensors(inputs);
    const bool recording = std::any_of(tensors.begin(), tensors.end(),
                                       [](const Tensor& tensor) { return tensor.is_slot(); });
    if (!recording) return invoke(inputs);
    const Nest promised = [&] {
      const InferenceScope scope;
      return invoke(map_structure(inputs, [](const Nest& leaf) {
        if (!leaf.is_tensor()) return leaf;
        return Nest(Tensor::abstract(leaf.as_tensor().shape(), leaf.as_tensor().dtype()));
      }));
    }();
    std::vector<runtime::Spec> specs;
    for (const Tensor& tensor : flatten_tensors(promised)) {
      specs.push_back({tensor.shape(), tensor.dtype()});
    }
    const auto run = [self = shared_from_this(), this,
                      inputs](std::span<const Tensor> values) -> std::vector<Tensor> {
      size_t next = 0;
      return flatten_tensors(invoke(map_structure(inputs, [&](const Nest& leaf) {
        return leaf.is_tensor() ? Nest(values[next++]) : leaf;
      })));
    };
    const std::vector<Tensor> results = runtime::emit_host(name(), tensors, specs, run);
    size_t next = 0;
    return map_structure(promised, [&](const Nest& leaf) {
      return leaf.is_tensor() ? Nest(results[next++]) : leaf;
    });
  }

  ShapeTree infer_output_shape(const BuildShapes& shapes) {
    try {
      const InferenceScope scope;
      const Nest inputs = map_shapes(shapes.first(), [&](const Shape& shape) {
        return Nest(Tensor::abstract(shape, compute_dtype()));
      });
      return shapes_of(call(CallArgs(call_signature(), {inputs}, {})));
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kHostError) throw;
      throw not_implemented_error(
          "We could not automatically infer the shape of the Lambda's output. Please specify the "
          "`output_shape` argument for this Lambda layer.");
    }
  }

  static ShapeTree with_batch(const ShapeTree& tree, int64_t batch_size) {
    if (tree.is_shape()) return Shape{batch_size}.concat(tree.shape());
    if (tree.is_list()) {
      ShapeTree::List items;
      for (const ShapeTree& item : tree.list()) items.push_back(with_batch(item, batch_size));
      return items;
    }
    ShapeTree::Dict members;
    if (tree.is_dict()) {
      for (const auto& [key, item] : tree.dict()) {
        members.emplace_back(key, with_batch(item, batch_size));
      }
    }
    return members;
  }

  // As they were written: what a config holds goes back into it unchanged.
  json::Value function_config_, output_shape_config_, mask_config_;
  json::Value arguments_config_ = json::Object();

  std::shared_ptr<Function> function_;  // none for a Python lambda
  Nest output_shape_, mask_;
  Nest::Dict arguments_;
};

}  // namespace

KERAS_LAYER(Lambda)

}  // namespace keras
