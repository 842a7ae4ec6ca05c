#include "models/cloning/clone_notes.h"

#include <algorithm>
#include <unordered_set>

#include "graph/graph.h"
#include "layers/core/input_layer.h"
#include "serialization/function.h"

namespace keras {
namespace {

std::string class_of(const Operation& operation) {
  return " (" + std::string(operation.class_info().class_name) + ")";
}

std::string describe_callable(const Tree& callable) {
  if (callable.is_object()) {
    if (const auto* operation = dynamic_cast<const Operation*>(callable.as_object().get())) {
      return describe(*operation);
    }
  }
  return callable.is_function() ? "function '" + callable.as_function()->name() + "'"
                                : repr(callable);
}

bool is_same_kind(const Operation& original, const Tree& callable) {
  if (!callable.is_object()) return false;
  const auto* operation = dynamic_cast<const Operation*>(callable.as_object().get());
  return operation != nullptr && describe(*operation) == describe(original);
}

// Finds InputLayers that tensors depend on and that are not among the inputs.
class Origins {
 public:
  Origins(const std::vector<Tensor>& inputs, const std::vector<Tensor>& outputs) {
    for (const Tensor& input : inputs) {
      if (const auto& node = keras_tensor_info(input)->node) connected_.insert(node.get());
    }
    // In topological order.
    for (const auto& node : calls_between(inputs, outputs)) {
      if (connected_.contains(node.get())) continue;
      Node* missing = node->is_input() ? node.get() : nullptr;
      for (const Tensor& tensor : node->input_tensors()) {
        if (missing == nullptr) missing = find(tensor);
      }
      if (missing != nullptr) missing_.emplace(node.get(), missing);
    }
  }

  Node* find(const Tensor& tensor) const {
    const auto found = missing_.find(keras_tensor_info(tensor)->node.get());
    return found == missing_.end() ? nullptr : found->second;
  }

 private:
  std::unordered_set<const Node*> connected_;
  std::unordered_map<const Node*, Node*> missing_;
};

std::vector<Tensor> symbolic_tensors(const Tree& tree) {
  std::vector<Tensor> tensors = flatten_tensors(tree);
  std::erase_if(tensors, [](const Tensor& tensor) { return !is_keras_tensor(tensor); });
  return tensors;
}

// Up to the first broken call, `calls` corresponds to `nodes`.
std::string too_few_outputs_note(const std::vector<std::shared_ptr<Node>>& nodes,
                                 const std::vector<ClonedCall>& calls) {
  for (size_t i = 0; i < std::min(nodes.size(), calls.size()); ++i) {
    const size_t returned = flatten(calls[i].outputs).size();
    const auto expected = static_cast<size_t>(nodes[i]->output_count());
    if (returned >= expected) continue;
    return "The call of " + describe(*calls[i].original) + " returned " + std::to_string(returned) +
           " of " + std::to_string(expected) + " outputs";
  }
  return "";
}

std::string other_origin_note(const Tree& inputs, const std::vector<ClonedCall>& calls) {
  std::vector<Tensor> all;
  for (const ClonedCall& call : calls) {
    for (const Tensor& tensor : symbolic_tensors(call.outputs)) all.push_back(tensor);
  }
  const Origins origins(symbolic_tensors(inputs), all);
  for (const ClonedCall& call : calls) {
    for (const Tensor& tensor : symbolic_tensors(call.outputs)) {
      if (const Node* missing = origins.find(tensor)) {
        return "The call of " + describe(*call.original) + " returned " + repr(Tree(tensor)) +
               ", which comes from " + describe(*missing->operation()) +
               " instead of the inputs of the clone";
      }
    }
  }
  return "";
}

}  // namespace

std::string describe(const Operation& operation) {
  const char* kind = "operation";
  if (dynamic_cast<const Model*>(&operation) != nullptr) {
    kind = "model";
  } else if (dynamic_cast<const Layer*>(&operation) != nullptr) {
    kind = "layer";
  }
  return std::string(kind) + " '" + operation.name() + "'" + class_of(operation);
}

std::string cloning_note(const Operation& original, const std::string& model_path) {
  return "While cloning " + describe(original) + " of model '" + model_path + "'";
}

std::string calling_note(const Operation& original, const Tree& callable,
                         const Tree::Sequence& args) {
  std::string shapes;
  for (const Tree& arg : args) {
    if (arg.is_tensor() || arg.is_nested()) {
      shapes += (shapes.empty() ? " on inputs of shape " : ", ") + repr(shapes_of(arg));
    }
  }
  const std::string what = describe_callable(callable);
  if (is_same_kind(original, callable)) return "While calling " + what + " of the clone" + shapes;
  return "While calling " + what + ", which stands for " + describe(original) + "," + shapes;
}

void note_broken_call(Error& error, const std::vector<std::shared_ptr<Node>>& nodes,
                      const Tree& inputs, const std::vector<ClonedCall>& calls) {
  std::string note = too_few_outputs_note(nodes, calls);
  if (note.empty()) note = other_origin_note(inputs, calls);
  if (!note.empty()) error.add_note(std::move(note));
}

void note_failing_entry(Error& error, const std::string& model_path,
                        const std::vector<LayerPtr>& originals, const std::vector<Tree>& entries,
                        const std::optional<Sequential::FailedCall>& failed) {
  const size_t skip = entries.size() - originals.size();  // the input
  for (size_t i = 0; i < originals.size(); ++i) {
    const Tree& entry = entries[skip + i];
    if (entry.is_object() && dynamic_cast<Layer*>(entry.as_object().get()) != nullptr) continue;
    error.add_note(cloning_note(*originals[i], model_path));
    return;
  }
  if (skip == 0 || !failed) return;
  error.add_note(
      calling_note(*originals[failed->layer], entries[skip + failed->layer], {failed->input}));
}

}  // namespace keras
