#include "models/sequential.h"

#include <algorithm>
#include <unordered_set>

#include "base/error.h"
#include "base/lists.h"
#include "base/naming.h"
#include "json/repr.h"
#include "layers/core/input_layer.h"
#include "models/legacy/legacy.h"
#include "serialization/deserialize.h"
#include "serialization/serialize.h"

namespace keras {

constinit const ClassInfo kSequentialClass{.module = "keras",
                                           .class_name = "Sequential",
                                           .registered_name = "",
                                           .family = Family::kModel,
                                           .create = &create_new<Sequential, kSequentialClass>};

std::shared_ptr<Sequential> make_sequential(const std::vector<Tree>& layers,
                                            std::optional<std::string> name, bool trainable,
                                            const ClassInfo* info,
                                            std::optional<Sequential::FailedCall>* failed) {
  auto model = make_object<Sequential>(*info);
  json::Object options{{"layers", json::Array{}}};
  options.set("name", name ? json::Value(*name) : json::Value());
  model->configure(options);
  model->set_trainable_flag(trainable);
  model->add_all(layers);
  try {
    if (!layers.empty()) model->maybe_rebuild();
  } catch (const Error&) {
    if (failed != nullptr) *failed = model->failed_call();
    throw;
  }
  return model;
}

void Sequential::configure(const json::Object& config) {
  const json::Value* name = config.find("name");
  if (name == nullptr) {
    raise_value_error(
        {"A Sequential model configuration must be a dictionary containing the 'name' and "
         "'layers' keys. Received: config=",
         repr(json::Value(config))});
  }
  const json::Array& entries = config.at("layers").as_array();
  set_dtype_policy(get_dtype_policy(nullptr));
  name_ = name->is_null() ? auto_name(class_info().class_name) : name->as_string();
  check_name();
  const auto place_of = [](size_t entry) { return "layers[" + std::to_string(entry) + "]"; };
  Names names;
  for (size_t i = 0; i < entries.size(); ++i) {
    try {
      const bool modern = entries[i].find("module") != nullptr;
      push(Tree(modern ? deserialize_object(entries[i]) : revive_legacy_layer(entries[i])), names);
    } catch (Error& error) {
      error.prepend_path(place_of(i));
      throw;
    }
  }
  // Keras rebuilds after each layer, which is quadratic; here once, with the same result.
  try {
    maybe_rebuild();
  } catch (Error& error) {
    if (failed_call_) {
      error.prepend_path(place_of(failed_call_->layer + entries.size() - layers().size()));
    }
    throw;
  }
  const json::Value* shape = config.find("build_input_shape");
  if (!functional_ && shape != nullptr && shape->is_array() && shape->truthy()) {
    at_path("build_input_shape", [&] { build(shape_tree_from_json(*shape)); });
  }
}

json::Object Sequential::get_config() const {
  json::Array layers;
  std::unordered_set<const Layer*> seen;
  for (const LayerPtr& layer : stack_) {
    // As in Keras, a layer that occurs twice is listed once.
    if (!seen.insert(layer.get()).second) continue;
    layers.push_back(record_in_model(*layer));
  }
  json::Object config{{"name", name()},
                      {"trainable", trainable()},
                      {"dtype", FieldTraits<DTypePolicyPtr>::write(dtype_policy())},
                      {"layers", std::move(layers)}};
  if (functional_) {
    config.set("build_input_shape", FieldTraits<Shape>::write(input_layer()->batch_shape()));
  }
  return config;
}

std::shared_ptr<InputLayer> Sequential::input_layer() const {
  return stack_.empty() ? nullptr : std::dynamic_pointer_cast<InputLayer>(stack_.front());
}

std::vector<LayerPtr> Sequential::layers() const {
  const std::ptrdiff_t skip = input_layer() ? 1 : 0;
  return {stack_.begin() + skip, stack_.end()};
}

void Sequential::add(const Tree& layer, bool rebuild) {
  add_all({layer});
  if (rebuild) maybe_rebuild();
}

void Sequential::add_all(const std::vector<Tree>& layers) {
  Names names;
  for (const LayerPtr& each : stack_) names.emplace(each->name(), each.get());
  for (const Tree& layer : layers) push(layer, names);
}

void Sequential::push(const Tree& given, Names& names) {
  LayerPtr layer;
  if (given.is_object()) layer = std::dynamic_pointer_cast<Layer>(given.as_object());
  if (given.is_tensor()) {
    // A tensor of keras.Input() is replaced by the layer that made it.
    const KerasTensorInfo* info = keras_tensor_info(given.as_tensor());
    if (info != nullptr && info->node) {
      layer = std::dynamic_pointer_cast<InputLayer>(info->node->operation_ptr());
    }
  }
  if (stack_.empty() && layer && layer->input_shape_argument()) {
    const Shape shape = Shape{kNone}.concat(*layer->input_shape_argument());
    push(Tree(std::static_pointer_cast<Object>(make_input_layer({.batch_shape = shape}))), names);
  }
  if (!layer) {
    raise_value_error(
        {"Only instances of `keras.Layer` can be added to a Sequential model. Received: ",
         repr(given), " (of type ", python_type(given), ")"});
  }
  const auto [begin, end] = names.equal_range(layer->name());
  if (std::any_of(begin, end, [&](const auto& named) { return named.second != layer.get(); })) {
    raise_value_error(
        {"All layers added to a Sequential model should have unique names. Name '", layer->name(),
         "' is already the name of a layer in this model. Update the `name` argument to "
         "pass a unique name."});
  }
  if (const auto first = input_layer();
      first && dynamic_cast<InputLayer*>(layer.get()) != nullptr) {
    raise_value_error(
        {"Sequential model '", name(), "' has already been configured to use input shape ",
         repr(first->batch_shape()), ". You cannot add a different Input layer to it."});
  }
  count_levels(*layer);
  stack_.push_back(layer);
  names.emplace(layer->name(), layer.get());
  drop_plans();
  built_ = false;
  functional_ = nullptr;
}

LayerPtr Sequential::pop() {
  if (stack_.empty()) raise_index_error({"list index out of range"});
  const LayerPtr layer = stack_.back();
  stack_.pop_back();
  drop_plans();
  built_ = false;
  functional_ = nullptr;
  if (!stack_.empty()) maybe_rebuild();
  return layer;
}

void Sequential::maybe_rebuild() {
  built_ = false;
  functional_ = nullptr;
  if (stack_.size() < 2) return;
  if (const auto first = input_layer()) {
    build(ShapeTree(first->batch_shape()));
  } else if (const auto model = std::dynamic_pointer_cast<Functional>(stack_.front())) {
    const ShapeTree shapes =
        shapes_of(Tree::list({model->inputs().begin(), model->inputs().end()}));
    build(shapes.list().size() == 1 ? shapes.list().front() : shapes);
  } else if (const auto nested = std::dynamic_pointer_cast<Sequential>(stack_.front())) {
    if (nested->functional()) build(nested->input_shape());
  }
}

void Sequential::build_layer(const BuildShapes& shapes) {
  // Without a single input tensor, Keras silently skips the build and marks the model as built.
  if (!shapes.first().is_shape()) return;
  const Shape& shape = shapes.first().shape();
  if (stack_.empty()) {
    raise_value_error({"Sequential model ", name(),
                       " cannot be built because it has no layers. Call `model.add(layer)`."});
  }
  if (const auto first = input_layer()) {
    if (first->batch_shape() != shape) {
      raise_value_error(
          {"Sequential model '", name(), "' has already been configured to use input shape ",
           repr(first->batch_shape()), ". You cannot build it with input_shape ", repr(shape)});
    }
  } else {
    const auto input =
        make_input_layer({.batch_shape = shape, .dtype = stack_.front()->compute_dtype()});
    stack_.insert(stack_.begin(), input);
  }
  connect();
}

void Sequential::connect() {
  failed_call_ = std::nullopt;
  const Tensor input = input_layer()->tensor();
  Tree x = input;
  for (size_t i = 1; i < stack_.size(); ++i) {
    try {
      x = stack_[i]->apply({x});
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kNotImplementedError) return;
      failed_call_ = {i - 1, x};
      if (error.kind() == ErrorKind::kTypeError) require_single_argument(*stack_[i]);
      throw;
    }
  }
  functional_ = make_functional(input, x);
}

void Sequential::require_single_argument(const Layer& layer) const {
  std::string required;
  int count = 0;
  for (const Parameter& parameter : layer.call_signature().parameters()) {
    if (parameter.default_value) continue;
    append_item(required, "<Parameter \"" + parameter.name + "\">");
    ++count;
  }
  const std::string class_name(layer.class_info().class_name);
  if (layer.call_signature().parameters().empty()) {
    raise_value_error(
        {"Layers added to a Sequential model should have a single positional argument, the "
         "input tensor. Layer ",
         class_name, " has no positional arguments."});
  }
  if (count > 1) {
    raise_value_error(
        {"Layers added to a Sequential model can only have a single required positional "
         "argument, the input tensor. Layer ",
         class_name, " has multiple required positional arguments: [", required, "]"});
  }
}

namespace {

Error not_defined(const std::string& name, const std::string& what) {
  return attribute_error("Sequential model '" + name + "' has no defined " + what + " yet.");
}

}  // namespace

const std::vector<Tensor>& Sequential::inputs() const {
  if (!functional_) throw not_defined(name(), "inputs");
  return functional_->inputs();
}

const std::vector<Tensor>& Sequential::outputs() const {
  if (!functional_) throw not_defined(name(), "outputs");
  return functional_->outputs();
}

ShapeTree Sequential::input_shape() const {
  if (!functional_) throw not_defined(name(), "input shape");
  return functional_->inputs().front().shape();
}

ShapeTree Sequential::output_shape() const {
  if (!functional_) throw not_defined(name(), "output shape");
  const auto& tensors = functional_->outputs();
  if (tensors.size() == 1) return tensors.front().shape();
  return shapes_of(Tree::list({tensors.begin(), tensors.end()}));
}

DType Sequential::input_dtype() const {
  const auto first = input_layer();
  return first ? first->dtype() : Layer::input_dtype();
}

Tree Sequential::call(const CallArgs& args) {
  if (functional_) return functional_->call(args);
  Tree inputs = args.first();
  Tree mask = args.get("mask");
  for (const LayerPtr& layer : layers()) {
    Tree::Dict kwargs;
    if (layer->call_signature().has("mask")) kwargs.set("mask", mask);
    if (layer->call_signature().has("training") && !args.get("training").is_none()) {
      kwargs.set("training", args.get("training"));
    }
    inputs = layer->apply({inputs}, std::move(kwargs));
    mask = map_structure(inputs, [](const Tree& leaf) {
      return leaf.is_tensor() ? Tree(leaf.as_tensor().mask()) : Tree();
    });
  }
  return inputs;
}

Tree Sequential::compute_output_spec(const CallArgs& args) {
  if (functional_) return functional_->compute_output_spec(args);
  Tree inputs = args.first();
  for (const LayerPtr& layer : layers()) {
    inputs = layer->compute_output_spec(CallArgs(layer->call_signature(), {inputs}, {}));
  }
  return inputs;
}

ShapeTree Sequential::compute_output_shape(const BuildShapes& shapes) {
  if (functional_) return functional_->compute_output_shape(shapes);
  ShapeTree tree = shapes.first();
  for (const LayerPtr& layer : layers()) {
    tree = layer->compute_output_shape(BuildShapes{{{"input_shape", tree}}});
  }
  return tree;
}

}  // namespace keras
