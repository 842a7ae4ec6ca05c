// Calling a layer: what Keras's Layer.__call__ does, step by step (keras/src/layers/layer.py).
#include <algorithm>

#include "base/error.h"
#include "base/naming.h"
#include "base/nesting.h"
#include "layers/layer.h"
#include "ops/core.h"

namespace keras {
namespace {

// The state of the outermost layer call and of those inside of it.
struct CallContext {
  const Layer* entry = nullptr;
  Nest training;
};
CallContext g_context;

class ContextScope {
 public:
  explicit ContextScope(const Layer* layer) : opened_(g_context.entry == nullptr) {
    if (opened_) g_context = {layer, {}};
  }
  ~ContextScope() {
    if (opened_) g_context = {};
  }
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;

 private:
  bool opened_;
};

bool is_tensor_leaf(const Nest& leaf) { return leaf.is_tensor() || leaf.is_ndarray(); }

// A tensor, or a nest that holds only tensors and Nones.
bool is_tensor_argument(const std::string& name, const Nest& value) {
  if (is_tensor_leaf(value)) return true;
  if (!value.is_nested()) return false;
  const std::vector<Nest> leaves = flatten(value);
  if (leaves.empty()) return false;
  const auto tensors = std::count_if(leaves.begin(), leaves.end(), is_tensor_leaf);
  const auto nones =
      std::count_if(leaves.begin(), leaves.end(), [](const Nest& leaf) { return leaf.is_none(); });
  if (tensors + nones == static_cast<std::ptrdiff_t>(leaves.size())) return true;
  if (tensors > 0) {
    raise_value_error(
        {"In a nested call() argument, you cannot mix tensors and non-tensors. "
         "Received invalid mixed argument: ",
         name, "=", repr(value)});
  }
  return false;
}

std::vector<int> tensor_arguments(const CallArgs& bound) {
  std::vector<int> indices;
  const auto& parameters = bound.signature().parameters();
  for (size_t i = 0; i < parameters.size(); ++i) {
    const int index = static_cast<int>(i);
    if (is_tensor_argument(parameters[i].name, bound.at(index))) indices.push_back(index);
  }
  return indices;
}

Nest masks_of(const Nest& nest) {
  return map_structure(nest, [](const Nest& leaf) {
    return leaf.is_tensor() ? Nest(leaf.as_tensor().mask()) : Nest();
  });
}

bool any_mask(const Nest& masks) {
  bool any = false;
  for_each_leaf(masks, [&](const Nest& leaf) { any = any || !leaf.is_none(); });
  return any;
}

}  // namespace

Nest current_training() { return g_context.training; }

const CallSignature& Layer::call_signature() const {
  static const CallSignature signature("inputs");
  return signature;
}

bool Layer::takes_fast_path(const Nest::Sequence& args, const Nest::Dict& kwargs) const {
  return kwargs.empty() && args.size() == 1 && args[0].is_tensor() &&
         args[0].as_tensor().dtype() == input_dtype();
}

Nest Layer::convert_input(const Nest& nest) const {
  return map_structure(nest, [&](const Nest& leaf) -> Nest {
    if (!is_tensor_leaf(leaf)) return leaf;
    const Tensor& tensor = leaf.as_tensor();
    const bool cast = autocast_ && is_float(tensor.dtype()) && tensor.dtype() != input_dtype();
    if (!cast) return leaf.is_ndarray() ? Nest(tensor) : leaf;
    const Tensor converted = ops::cast(tensor, input_dtype());
    if (const Tensor mask = tensor.mask()) converted.set_mask(mask);
    return converted;
  });
}

BuildShapes Layer::build_shapes_of(const CallArgs& args) const {
  BuildShapes shapes;
  for (int index : tensor_arguments(args)) {
    const std::string& name = args.signature().parameters()[static_cast<size_t>(index)].name;
    if (name == "mask") continue;
    shapes.items.emplace_back(name + "_shape", shapes_of(args.at(index)));
  }
  const std::vector<std::string> names = build_arguments();
  BuildShapes out;
  if (names.empty()) {
    // With one build argument its name plays no part: it gets the first tensor's shape.
    out.items.emplace_back("input_shape", shapes.first());
    return out;
  }
  for (const std::string& name : names) {
    for (const auto& [key, tree] : shapes.items) {
      if (key == name) out.items.emplace_back(key, tree);
    }
  }
  return out;
}

void Layer::check_input_compatibility(const Nest& first_argument) {
  assert_input_compatibility(input_specs(), first_argument, name());
}

void Layer::build_for(const CallArgs& bound) {
  check_input_compatibility(bound.first());
  if (built()) return;
  build(build_shapes_of(bound));
  check_input_compatibility(bound.first());
}

void Layer::populate_masks(const CallArgs& bound, Nest::Dict& kwargs) const {
  const CallSignature& signature = bound.signature();
  const std::vector<int> tensors = tensor_arguments(bound);
  if (tensors.size() == 1) {
    if (signature.has("mask") && bound.get("mask").is_none()) {
      kwargs.set("mask", masks_of(bound.at(tensors.front())));
    }
    return;
  }
  for (int index : tensors) {
    const std::string mask = signature.parameters()[static_cast<size_t>(index)].name + "_mask";
    if (signature.has(mask) && bound.get(mask).is_none())
      kwargs.set(mask, masks_of(bound.at(index)));
  }
}

Nest Layer::run(const Nest::Sequence& args, const Nest::Dict& kwargs, bool symbolic) {
  std::optional<AutocastScope> scope;
  const auto current = AutocastScope::current();
  if (current) {
    if (!autocast_ || !is_float(compute_dtype())) {
      scope.emplace(std::nullopt);
    } else if (*current != compute_dtype()) {
      scope.emplace(compute_dtype());
    }
  } else if (compute_dtype() != variable_dtype()) {
    scope.emplace(compute_dtype());
  }
  const CallArgs bound(call_signature(), args, kwargs);
  return symbolic ? compute_output_spec(bound) : call(bound);
}

void Layer::set_output_masks(const Nest& inputs, const Nest& outputs, const Nest& previous_mask) {
  const std::vector<Tensor> tensors = flatten_tensors(outputs);
  if (std::all_of(tensors.begin(), tensors.end(), [](const Tensor& t) { return bool(t.mask()); })) {
    return;
  }
  const Nest masks = compute_mask(inputs, previous_mask);
  if (masks.is_none()) return;
  const std::vector<Nest> flat = flatten(masks);
  for (size_t i = 0; i < std::min(flat.size(), tensors.size()); ++i) {
    if (!tensors[i].mask() && !flat[i].is_none()) tensors[i].set_mask(flat[i].as_tensor());
  }
}

Nest Layer::apply(Nest::Sequence args, Nest::Dict kwargs) {
  const NestingScope nesting(name());
  const bool symbolic = any_symbolic(args, kwargs) && !InferenceScope::active();
  const Nest::Sequence original_args = symbolic ? args : Nest::Sequence();
  const bool copied = converts_inputs() && !takes_fast_path(args, kwargs);
  const Nest::Dict original_kwargs = symbolic && copied ? kwargs : Nest::Dict();
  if (copied) {
    for (Nest& arg : args) arg = convert_input(arg);
    for (auto& member : kwargs.members) member.second = convert_input(member.second);
  }
  if (!allows_non_tensor_arguments()) {
    for (const Nest& leaf : flatten(Nest::list(args))) {
      if (leaf.is_none() || is_tensor_leaf(leaf)) continue;
      raise_value_error(
          {"Only input tensors may be passed as positional arguments. The following "
           "argument value should be passed as a keyword argument: ",
           repr(leaf), " (of type ", python_type(leaf), ")"});
    }
  }

  const CallSignature& signature = call_signature();
  Nest given_training;
  const Nest* explicit_training = kwargs.find("training");
  bool training_given = explicit_training != nullptr;
  if (training_given) given_training = *explicit_training;
  if (!signature.has("training")) kwargs.erase("training");
  const CallArgs bound(signature, args, kwargs);
  if (bound.given("training")) {
    training_given = true;
    given_training = bound.get("training");
  }
  build_for(bound);

  const ContextScope context(this);
  if (!training_given) {
    given_training = g_context.training.is_none() ? bound.get("training") : g_context.training;
  }
  g_context.training = given_training;
  if (signature.has("training") && !given_training.is_none() &&
      static_cast<int>(args.size()) <= signature.index_of("training")) {
    kwargs.set("training", given_training);
  }
  populate_masks(bound, kwargs);
  const Nest* mask = kwargs.find("mask");
  const Nest previous_mask = mask != nullptr && !mask->is_none() ? *mask : masks_of(bound.first());

  Nest outputs = run(args, kwargs, symbolic);
  built_ = true;
  if (supports_masking() && any_mask(previous_mask)) {
    set_output_masks(bound.first(), outputs, previous_mask);
  } else if (supports_masking()) {
    // Layers that make masks of their own (Embedding, Masking) do so without an incoming one.
    set_output_masks(bound.first(), outputs, {});
  }
  if (symbolic) {
    Node::create(std::static_pointer_cast<Operation>(shared_from_this()), original_args,
                 copied ? original_kwargs : kwargs, outputs);
  }
  return outputs;
}

Tensor Layer::apply_one(const Tensor& input, Nest::Dict kwargs) {
  return apply({Nest(input)}, std::move(kwargs)).as_tensor();
}

Tensor Layer::call(const Tensor&, const CallArgs&) {
  raise_not_implemented_error({"Layer ", std::string(class_info().class_name),
                               " does not have a `call()` method implemented."});
}

Nest Layer::call(const CallArgs& args) {
  const Nest& first = args.first();
  if (!is_tensor_leaf(first)) {
    raise_value_error({"Layer '", name(), "' expects a single tensor. Received: ", repr(first)});
  }
  return call(first.as_tensor(), args);
}

Nest Layer::compute_output_spec(const CallArgs& args) {
  Nest inferred;
  {
    const InferenceScope scope;
    inferred = call(args);
  }
  if (!promises_compute_dtype()) return to_keras_tensors(inferred);
  return map_structure(inferred, [&](const Nest& leaf) {
    return leaf.is_tensor() ? Nest(make_keras_tensor(leaf.as_tensor().shape(), compute_dtype()))
                            : leaf;
  });
}

ShapeTree Layer::compute_output_shape(const BuildShapes& shapes) {
  LayerPtr layer = std::static_pointer_cast<Layer>(shared_from_this());
  if (!built()) {
    // The question leaves this layer unbuilt, as in Keras: its twin answers.
    layer = std::dynamic_pointer_cast<Layer>(new_from_config(get_config()));
    layer->build(shapes);
  }
  const auto tensor = [&](const Shape& shape) {
    return Nest(Tensor::abstract(shape, input_dtype()));
  };
  Nest::Sequence args;
  Nest::Dict kwargs;
  if (shapes.items.size() == 1) {
    args.push_back(map_shapes(shapes.first(), tensor));
  } else {
    for (const auto& [name, tree] : shapes.items) {
      const std::string argument = name.substr(0, name.size() - std::string_view("_shape").size());
      kwargs.set(argument, map_shapes(tree, tensor));
    }
  }
  const InferenceScope scope;
  return shapes_of(layer->call(CallArgs(call_signature(), args, kwargs)));
}

Nest Layer::compute_mask(const Nest&, const Nest& previous_mask) { return previous_mask; }

}  // namespace keras
