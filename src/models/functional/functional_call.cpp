// Calling a Functional model: matches the inputs to its structure and runs the graph
// (keras/src/models/functional.py).
#include <algorithm>

#include "base/error.h"
#include "base/naming.h"
#include "base/warning.h"
#include "models/functional/functional.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {
namespace {

// Python's repr of the structure with names or shapes in place of tensors.
std::string structure_text(const Tree& structure, bool names) {
  return repr(map_structure(structure, [&](const Tree& leaf) {
    if (leaf.is_none()) return Tree("None");
    if (!leaf.is_tensor() && !leaf.is_ndarray()) return leaf;
    const Tensor& tensor = leaf.as_tensor();
    return names ? Tree(keras_tensor_info(tensor)->name)
                 : Tree("Tensor(shape=" + repr(tensor.shape()) + ")");
  }));
}

// Picks inputs by name from a dict, for a model whose inputs are a list or one tensor.
bool pick_by_name(const Tree& structure, Tree& inputs) {
  const Tree::Dict& given = inputs.as_dict();
  Tree::Sequence wanted;
  if (structure.is_tensor()) {
    wanted.push_back(structure);
  } else if (structure.is_sequence()) {
    wanted = structure.items();
  }
  Tree::Sequence picked;
  for (const Tree& tensor : wanted) {
    if (!tensor.is_tensor()) return false;
    const Tree* value = given.find(keras_tensor_info(tensor.as_tensor())->name);
    if (value == nullptr) return false;
    picked.push_back(*value);
  }
  if (picked.empty()) return false;
  inputs = Tree::list(std::move(picked));
  return true;
}

bool has_sorted_keys(const Tree::Dict& dict) {
  return std::is_sorted(dict.members.begin(), dict.members.end(),
                        [](const auto& a, const auto& b) { return a.first < b.first; });
}

Tree unpack_singleton(const Tree& tree) {
  return tree.is_sequence() && tree.items().size() == 1 ? tree.items().front() : tree;
}

Tensor fit_rank(const Tensor& x, const Tensor& reference, const Tree& structure, size_t index) {
  const Shape& wanted = reference.shape();
  const int rank = x.rank();
  if (rank == wanted.rank()) return x;
  if (rank == wanted.rank() + 1 && x.shape().back() == 1) return ops::squeeze(x, -1);
  if (rank == wanted.rank() - 1 && wanted.back() == 1) return ops::expand_dims(x, -1);
  raise_value_error({"Invalid input shape for input ", repr(Tree(x)), " with name '",
                     keras_tensor_info(reference)->name, "' and path '",
                     leaf_path(structure, index), "'. Expected shape ", repr(wanted),
                     ", but input has incompatible shape ", repr(x.shape())});
}

// Whether a call takes the tensor as it is: a lookup or hash of all 64 bits, or a nested model.
bool takes_as_is(const Node& node, const Tensor& tensor) {
  const auto& inputs = node.input_tensors();
  if (std::find(inputs.begin(), inputs.end(), tensor) == inputs.end()) return true;
  const auto* layer = dynamic_cast<const Layer*>(node.operation());
  return layer != nullptr && !layer->converts_inputs();
}

// The value of an input. Integers have 32 bits, as in Keras on JAX, unless only layers read them
// that run on TensorFlow there.
Tensor with_input_dtype(const Graph& graph, const Tensor& x, const Tensor& reference) {
  const auto keeps_bits = [&](const auto& node) { return takes_as_is(*node, reference); };
  if (reference.dtype() != DType::kInt64 || x.dtype() != DType::kInt64 ||
      !std::ranges::all_of(graph.run_order(), keeps_bits)) {
    return ops::cast(x, reference.dtype());
  }
  return x;
}

}  // namespace

std::vector<Tree> Functional::standardize_inputs(const Tree& given) const {
  const Tree& structure = input();
  Tree inputs = given;
  bool mismatch = false;
  if (structure.is_list() && structure.items().size() == 1 && inputs.is_tensor()) {
    inputs = Tree::list({inputs});
  } else if (inputs.is_dict() && !structure.is_dict()) {
    mismatch = !pick_by_name(structure, inputs);
  }
  if (structure.is_dict() && !inputs.is_dict() && !has_sorted_keys(structure.as_dict())) {
    mismatch = true;
  }
  const bool single = structure.is_tensor() && inputs.is_list() && given.is_dict();
  if (mismatch || (!single && !same_structure(inputs, structure, false))) {
    const std::string message =
        "The structure of `inputs` doesn't match the expected structure.\n"
        "Expected: " +
        structure_text(structure, true) + "\nReceived: inputs=" + structure_text(inputs, false);
    if (mismatch) raise_value_error({message});
    warn(message);
  }
  check_optional_inputs(inputs);
  std::vector<Tree> flat = flatten(inputs);
  flat.resize(std::min(flat.size(), graph_.inputs().size()));
  for (size_t i = 0; i < flat.size(); ++i) {
    if (flat[i].is_none()) continue;
    const Tensor& x = flat[i].as_tensor();
    const Tensor& reference = graph_.inputs()[i];
    Tensor fitted = fit_rank(with_input_dtype(graph_, x, reference), reference, structure, i);
    if (const Tensor mask = x.mask(); mask && !(fitted == x)) fitted.set_mask(mask);
    flat[i] = fitted;
  }
  return flat;
}

Tree Functional::call(const CallArgs& args) {
  std::vector<Tree> inputs = standardize_inputs(args.first());
  if (!args.get("mask").is_none()) {
    const std::vector<Tree> masks = flatten(args.get("mask"));
    for (size_t i = 0; i < std::min(masks.size(), inputs.size()); ++i) {
      if (!masks[i].is_none() && inputs[i].is_tensor()) {
        inputs[i].as_tensor().set_mask(masks[i].as_tensor());
      }
    }
  }
  const Tree training = args.get("training");
  const Tree outputs = graph_.run(inputs, [&](const std::shared_ptr<Operation>& operation,
                                              Tree::Sequence positional, Tree::Dict keywords) {
    if (!training.is_none() && dynamic_cast<Layer*>(operation.get()) != nullptr) {
      keywords.set("training", training);
    }
    return operation->apply(std::move(positional), std::move(keywords));
  });
  return unpack_singleton(outputs);
}

Tree Functional::compute_output_spec(const CallArgs& args) {
  const std::vector<Tree> leaves = flatten(args.first());
  const std::vector<Tensor>& references = graph_.inputs();
  bool same_shapes = leaves.size() == references.size();
  for (size_t i = 0; same_shapes && i < leaves.size(); ++i) {
    same_shapes = leaves[i].is_tensor() && leaves[i].as_tensor().shape() == references[i].shape();
  }
  if (same_shapes) {
    // Masks of the outputs belong to the inner graph.
    return map_structure(output(), [](const Tree& leaf) {
      return Tree(make_keras_tensor(leaf.as_tensor().shape(), leaf.as_tensor().dtype()));
    });
  }
  return graph_.run(leaves, [](const std::shared_ptr<Operation>& operation,
                               Tree::Sequence positional, Tree::Dict keywords) {
    if (!operation->call_signature().has("training")) keywords.erase("training");
    return operation->compute_output_spec(
        CallArgs(operation->call_signature(), positional, keywords));
  });
}

ShapeTree Functional::compute_output_shape(const BuildShapes& shapes) {
  size_t next = 0;
  const Tree inputs = map_shapes(shapes.first(), [&](const Shape& shape) {
    const DType dtype =
        next < graph_.inputs().size() ? graph_.inputs()[next].dtype() : DType::kFloat32;
    ++next;
    return Tree(make_keras_tensor(shape, dtype));
  });
  return shapes_of(compute_output_spec(CallArgs(call_signature(), {inputs}, {})));
}

}  // namespace keras
