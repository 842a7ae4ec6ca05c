// Layer::apply, step by step as Keras's Layer.__call__ (keras/src/layers/layer.py).
#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/naming.h"
#include "base/nesting.h"
#include "layers/layer.h"
#include "ops/core.h"

namespace keras {
namespace {

// State shared by the outermost layer call and the calls nested in it.
struct CallContext {
  const Layer* entry = nullptr;
  Tree training;
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

class FlagScope {
 public:
  FlagScope(bool& flag, bool value) : flag_(flag), before_(std::exchange(flag, value)) {}
  ~FlagScope() { flag_ = before_; }
  FlagScope(const FlagScope&) = delete;
  FlagScope& operator=(const FlagScope&) = delete;

 private:
  bool& flag_;
  bool before_;
};

bool is_tensor_leaf(const Tree& leaf) { return leaf.is_tensor() || leaf.is_ndarray(); }

// Whether the value is a tensor, or a tree of only tensors and Nones.
bool is_tensor_argument(const std::string& name, const Tree& value) {
  if (is_tensor_leaf(value)) return true;
  if (!value.is_nested()) return false;
  const std::vector<Tree> leaves = flatten(value);
  if (leaves.empty()) return false;
  const auto tensors = std::count_if(leaves.begin(), leaves.end(), is_tensor_leaf);
  const auto nones =
      std::count_if(leaves.begin(), leaves.end(), [](const Tree& leaf) { return leaf.is_none(); });
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
  indices.reserve(4);
  const auto& parameters = bound.signature().parameters();
  for (size_t i = 0; i < parameters.size(); ++i) {
    const int index = static_cast<int>(i);
    if (is_tensor_argument(parameters[i].name, bound.at(index))) indices.push_back(index);
  }
  return indices;
}

Tree masks_of(const Tree& tree) {
  return map_structure(tree, [](const Tree& leaf) {
    return leaf.is_tensor() ? Tree(leaf.as_tensor().mask()) : Tree();
  });
}

bool any_mask(const Tree& masks) {
  bool any = false;
  for_each_leaf(masks, [&](const Tree& leaf) { any = any || !leaf.is_none(); });
  return any;
}

}  // namespace

Tree current_training() { return g_context.training; }

const CallSignature& Layer::call_signature() const {
  static const CallSignature signature("inputs");
  return signature;
}

bool Layer::takes_fast_path(const Tree::Sequence& args, const Tree::Dict& kwargs) const {
  return kwargs.empty() && args.size() == 1 && args[0].is_tensor() &&
         args[0].as_tensor().dtype() == input_dtype();
}

Tree Layer::convert_input(const Tree& tree) const {
  return map_structure(tree, [&](const Tree& leaf) -> Tree {
    if (!is_tensor_leaf(leaf)) return leaf;
    const Tensor& tensor = leaf.as_tensor();
    const bool cast = autocast_ && is_float(tensor.dtype()) && tensor.dtype() != input_dtype();
    if (!cast) return leaf.is_ndarray() ? Tree(tensor) : leaf;
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
    // With a single build argument, its name does not matter: it gets the first tensor's shape.
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

void Layer::check_input_compatibility(const Tree& first_argument) {
  assert_input_compatibility(input_specs(), first_argument, name());
}

void Layer::build_for(const CallArgs& bound, bool is_call_next) {
  check_input_compatibility(bound.first());
  if (built()) return;
  {
    const FlagScope next(is_call_next_, is_call_next);
    build(build_shapes_of(bound));
  }
  check_input_compatibility(bound.first());
}

void Layer::populate_masks(const CallArgs& bound, Tree::Dict& kwargs) const {
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

Tree Layer::run(const Tree::Sequence& args, const Tree::Dict& kwargs, bool symbolic) {
  // Prefixes the paths of weights and sub-layers built by the call.
  const NameScope names(name());
  const FlagScope in_scope(in_build_scope_, true);
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

void Layer::set_output_masks(const Tree& inputs, const Tree& outputs, const Tree& previous_mask) {
  const std::vector<Tensor> tensors = flatten_tensors(outputs);
  if (std::all_of(tensors.begin(), tensors.end(), [](const Tensor& t) { return bool(t.mask()); })) {
    return;
  }
  const Tree masks = compute_mask(inputs, previous_mask);
  if (masks.is_none()) return;
  const std::vector<Tree> flat = flatten(masks);
  for (size_t i = 0; i < std::min(flat.size(), tensors.size()); ++i) {
    if (!tensors[i].mask() && !flat[i].is_none()) tensors[i].set_mask(flat[i].as_tensor());
  }
}

Tree Layer::apply(Tree::Sequence args, Tree::Dict kwargs) {
  const NestingScope nesting(name());
  const bool symbolic = any_symbolic(args, kwargs);
  const bool copied = converts_inputs() && !takes_fast_path(args, kwargs);
  Tree::Sequence original_args;
  Tree::Dict original_kwargs;
  if (copied) {
    if (symbolic) {
      original_args = args;
      original_kwargs = kwargs;
    }
    for (Tree& arg : args) arg = convert_input(arg);
    for (auto& member : kwargs.members) member.second = convert_input(member.second);
  }
  if (!allows_non_tensor_arguments()) {
    for (const Tree& arg : args) {
      for_each_leaf(arg, [](const Tree& leaf) {
        if (leaf.is_none() || is_tensor_leaf(leaf)) return;
        raise_value_error(
            {"Only input tensors may be passed as positional arguments. The following "
             "argument value should be passed as a keyword argument: ",
             repr(leaf), " (of type ", python_type(leaf), ")"});
      });
    }
  }

  const CallSignature& signature = call_signature();
  Tree given_training;
  const Tree* explicit_training = kwargs.find("training");
  bool training_given = explicit_training != nullptr;
  if (training_given) given_training = *explicit_training;
  if (!signature.has("training")) kwargs.erase("training");
  const CallArgs bound(signature, args, kwargs);
  if (bound.given("training")) {
    training_given = true;
    given_training = bound.get("training");
  }
  build_for(bound, !symbolic || infers_by_call());

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
  const Tree* mask = kwargs.find("mask");
  const Tree previous_mask = mask != nullptr && !mask->is_none() ? *mask : masks_of(bound.first());

  Tree outputs = run(args, kwargs, symbolic);
  built_ = true;
  if (supports_masking() && any_mask(previous_mask)) {
    set_output_masks(bound.first(), outputs, previous_mask);
  } else if (supports_masking()) {
    // Layers that create masks (Embedding, Masking) need no incoming one.
    set_output_masks(bound.first(), outputs, {});
  }
  if (symbolic) {
    Node::create(std::static_pointer_cast<Operation>(shared_from_this()),
                 std::move(copied ? original_args : args),
                 std::move(copied ? original_kwargs : kwargs), outputs);
  }
  return outputs;
}

Tensor Layer::apply_one(const Tensor& input, Tree::Dict kwargs) {
  return apply({Tree(input)}, std::move(kwargs)).as_tensor();
}

Tensor Layer::call_one(const Tensor&, const CallArgs&) {
  raise_not_implemented_error({"Layer ", std::string(class_info().class_name),
                               " does not have a `call` method implemented."});
}

Tree Layer::call(const CallArgs& args) {
  const Tree& first = args.first();
  if (!is_tensor_leaf(first)) {
    raise_value_error({"Layer '", name(), "' expects a single tensor. Received: ", repr(first)});
  }
  return call_one(first.as_tensor(), args);
}

Tree Layer::compute_output_spec(const CallArgs& args) {
  const Tree inferred = infer(args);
  if (!promises_compute_dtype()) return to_keras_tensors(inferred);
  return map_structure(inferred, [&](const Tree& leaf) {
    return leaf.is_tensor() ? Tree(make_keras_tensor(leaf.as_tensor().shape(), compute_dtype()))
                            : leaf;
  });
}

ShapeTree Layer::compute_output_shape(const BuildShapes& shapes) {
  LayerPtr layer = std::static_pointer_cast<Layer>(shared_from_this());
  if (!built()) {
    // Does not build this layer; as in Keras, uses a temporary copy.
    layer = std::dynamic_pointer_cast<Layer>(new_from_config(get_config()));
    layer->build(shapes);
  }
  return shapes_of(layer->infer(call_args_of(shapes)));
}

CallArgs Layer::call_args_of(const BuildShapes& shapes) {
  const CallSignature& signature = call_signature();
  Tree::Sequence others;
  Tree::Dict kwargs;
  for (const auto& [name, tree] : shapes.items) {
    const std::string argument = name.substr(0, name.size() - std::string_view("_shape").size());
    Tree tensors = map_shapes(
        tree, [&](const Shape& shape) { return Tree(Tensor::abstract(shape, input_dtype())); });
    if (shapes.items.size() > 1 && signature.has(argument)) {
      kwargs.set(argument, std::move(tensors));
    } else {
      others.push_back(std::move(tensors));
    }
  }
  auto next = others.begin();
  for (const Parameter& parameter : signature.parameters()) {
    const bool is_first = &parameter == &signature.parameters().front();
    if (next == others.end()) break;
    if (!kwargs.contains(parameter.name) && (is_first || !parameter.default_value)) {
      kwargs.set(parameter.name, std::move(*next++));
    }
  }
  return CallArgs(signature, {}, kwargs);
}

Tree Layer::compute_mask(const Tree&, const Tree& previous_mask) { return previous_mask; }

}  // namespace keras
