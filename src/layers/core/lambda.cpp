// Lambda: a function as a layer (keras/src/layers/core/lambda_layer.py).
#include "base/error.h"
#include "layers/core/lambda_bodies.h"
#include "layers/layer.h"
#include "layers/opaque_call.h"
#include "ops/core.h"
#include "serialization/deserialize.h"
#include "serialization/registry.h"
#include "serialization/safe_mode.h"
#include "serialization/serialize.h"

namespace keras {
namespace {

class Lambda final : public Layer, public LambdaHolder {
 public:
  const json::Value& function_config() const override { return function_config_; }
  std::shared_ptr<Function> carried_function() const override {
    const auto* lambda = dynamic_cast<const MaybeLambda*>(function_.get());
    return is_body_ || (lambda != nullptr && lambda->is_lambda()) ? function_ : nullptr;
  }

  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("function", function_config_, "The function, its record or its name.", Field::kRequired);
    f("output_shape", output_shape_config_, "Shape of the output without batch size.",
      Field::kOmitNull);
    f("mask", mask_config_, "The mask of the output, or a function that returns it.",
      Field::kOmitNull);
    f("arguments", arguments_config_, "Keyword arguments of the function.");
  }

  bool wraps_errors_of_from_config() const override { return false; }

  void validate() override {
    function_ = is_python_lambda(function_config_) ? python_lambda() : named_function();
    if (is_python_lambda(output_shape_config_)) {
      if (!function_) refuse_in_safe_mode();
    } else {
      output_shape_ = deserialize_keras_object(output_shape_config_);
    }
    mask_ = is_python_lambda(mask_config_) ? Tree() : deserialize_keras_object(mask_config_);
    if (arguments_config_.is_null()) arguments_config_ = json::Object();
    arguments_ = deserialize_keras_object(arguments_config_).as_dict();
  }

  bool supports_masking() const override { return !mask_config_.is_null(); }
  bool allows_non_tensor_arguments() const override { return false; }

  const CallSignature& call_signature() const override {
    static const CallSignature signature("inputs, mask=None, training=None");
    return signature;
  }

  Tree call(const CallArgs& args) override {
    if (!function_) return placeholder(args.first());
    Tree::Dict keywords = arguments_;
    for (const char* keyword : {"mask", "training"}) {
      if (function_->takes_keyword(keyword)) keywords.set(keyword, args.get(keyword));
    }
    // JavaScript functions may read data; built-in ones only use operations.
    if (find_builtin_function(function_->name()) == function_) {
      return function_->call({args.first()}, keywords);
    }
    return call_opaque(name(), Tree::list({args.first(), Tree(keywords)}),
                       [function = function_](const Tree& arguments) {
                         const Tree::Sequence& given = arguments.items();
                         return function->call({given[0]}, given[1].as_dict());
                       });
  }

  Tree compute_output_spec(const CallArgs& args) override {
    if (output_shape_.is_none()) return Layer::compute_output_spec(args);
    return map_shapes(compute_output_shape(build_shapes_of(args)), [&](const Shape& shape) {
      return Tree(make_keras_tensor(shape, compute_dtype()));
    });
  }

  ShapeTree compute_output_shape(const BuildShapes& shapes) override {
    if (output_shape_.is_none()) return infer_output_shape(shapes);
    if (output_shape_.is_function()) {
      const Tree shape = Tree::from_json(to_json(shapes.first()));
      return shape_tree_from_json(
          serialize_keras_object(output_shape_.as_function()->call({shape}, {})));
    }
    // User-defined output shapes omit the batch size.
    const std::vector<Shape> inputs = shapes.first().flat();
    return with_batch(shape_tree_from_json(serialize_keras_object(output_shape_)),
                      inputs.empty() ? kNone : inputs.front().front());
  }

  Tree compute_mask(const Tree& inputs, const Tree& previous_mask) override {
    if (!mask_.is_function()) return mask_;
    return mask_.as_function()->call({inputs, previous_mask}, {});
  }

 private:
  // The function supplied for a Python lambda; null when there is none and that is allowed.
  std::shared_ptr<Function> python_lambda() {
    if (auto body = given_lambda_body(name())) return as_body(body);
    if (auto body = carried_lambda_body(name(), function_config_)) return as_body(body);
    refuse_in_safe_mode();
    return nullptr;
  }

  std::shared_ptr<Function> named_function() {
    if (auto body = carried_lambda_body(name(), function_config_)) return as_body(body);
    const auto given = given_lambda_body(name());
    try {
      const Tree value = deserialize_keras_object(function_config_);
      if (!value.is_function()) {
        raise_type_error(
            {"unsupported callable: the function of a Lambda must be the record or name "
             "of a function. Received: ",
             repr(value)});
      }
      // Keras writes the full registered name.
      function_config_ = function_record(value.as_function()->name());
      return value.as_function();
    } catch (const Error&) {
      if (!given) throw;
      return as_body(given);
    }
  }

  std::shared_ptr<Function> as_body(std::shared_ptr<Function> body) {
    is_body_ = true;
    return body;
  }

  void refuse_in_safe_mode() const {
    if (!in_safe_mode().value_or(true)) return;
    throw value_error(kPythonLambdaRefused).set_unknown_name(name());
  }

  // A Python lambda cannot run here. It returns its input's shape, so that the model can be opened,
  // cloned and saved.
  Tree placeholder(const Tree& inputs) const {
    const std::vector<Tensor> tensors = flatten_tensors(inputs);
    const bool infer = !tensors.empty() && tensors.front().is_abstract();
    if (infer) return Tensor::abstract(tensors.front().shape(), compute_dtype());
    raise_not_implemented_error(
        {"Lambda layer '", name(),
         "' holds a Python lambda: byte code of one Python version that cannot run here. Supply a "
         "function by the layer's name: `lambdas: { ",
         name(), ": (x) => ... }`."});
  }

  ShapeTree infer_output_shape(const BuildShapes& shapes) {
    try {
      const ShapesOnlyScope scope;
      const Tree inputs = map_shapes(shapes.first(), [&](const Shape& shape) {
        return Tree(Tensor::abstract(shape, compute_dtype()));
      });
      return shapes_of(call(CallArgs(call_signature(), {inputs}, {})));
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kJsError) throw;
      raise_not_implemented_error(
          {"We could not automatically infer the shape of the Lambda's output. Please specify the "
           "`output_shape` argument for this Lambda layer."});
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

  // Kept as read, so that the config is written back unchanged.
  json::Value function_config_, output_shape_config_, mask_config_;
  json::Value arguments_config_ = json::Object();

  std::shared_ptr<Function> function_;  // null for a Python lambda without a body
  bool is_body_ = false;                // supplied for this layer, as opposed to found by name
  Tree output_shape_, mask_;
  Tree::Dict arguments_;
};

}  // namespace

KERAS_LAYER(Lambda)

}  // namespace keras
