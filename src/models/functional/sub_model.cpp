#include "models/functional/sub_model.h"

#include <algorithm>
#include <charconv>
#include <unordered_set>

#include "base/closest_matches.h"
#include "base/error.h"
#include "graph/node_numbers.h"
#include "graph/tensor_key.h"
#include "layers/core/input_layer.h"
#include "models/functional/graph_cut.h"
#include "models/sequential.h"

namespace keras {
namespace {

const Graph& graph_of(const Model& model) {
  if (const auto* functional = dynamic_cast<const Functional*>(&model)) return functional->graph();
  if (const auto* sequential = dynamic_cast<const Sequential*>(&model)) {
    sequential->inputs();  // throws when it is not built
    return sequential->functional()->graph();
  }
  raise_value_error({"Model '", model.name(), "' is not a graph of layers but a subclassed model (",
                     std::string(model.class_info().class_name),
                     "): only Functional and Sequential models have sub-models."});
}

// Parses `dense@1:2`; -1 for missing parts.
struct Selector {
  std::string name;
  int call = -1;
  int output = -1;
};

// Removes "<mark><digits>" from the end of the text.
int take_number(std::string& text, char mark) {
  const size_t at = text.rfind(mark);
  if (at == std::string::npos || at + 1 == text.size()) return -1;
  int number = -1;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + at + 1, end, number);
  if (error != std::errc() || stop != end || number < 0) return -1;
  text.resize(at);
  return number;
}

// The path of a layer with that name in a nested model; empty when there is none.
std::string path_inside(const Graph& graph, const std::string& name) {
  std::vector<std::pair<std::string, std::shared_ptr<Operation>>> open;
  for (const auto& operation : graph.operations()) open.emplace_back(operation->name(), operation);
  while (!open.empty()) {
    const auto [path, operation] = std::move(open.back());
    open.pop_back();
    const auto model = std::dynamic_pointer_cast<Model>(operation);
    if (!model) continue;
    for (const auto& inner : model->operations()) {
      if (inner->name() == name) return path;
      open.emplace_back(path + "/" + inner->name(), inner);
    }
  }
  return {};
}

// Resolves selectors to tensors of the model.
class Resolver {
 public:
  explicit Resolver(const Model& model) : model_(model), graph_(graph_of(model)), numbers_(graph_) {
    for (const auto& operation : graph_.operations())
      by_name_.emplace(operation->name(), operation.get());
  }

  const Graph& graph() const { return graph_; }
  const NodeNumbers& numbers() const { return numbers_; }

  Tree tensors(const Tree& tree, bool as_input) const {
    return map_structure(tree, [&](const Tree& leaf) { return resolve(leaf, as_input); });
  }

 private:
  Tree resolve(const Tree& leaf, bool as_input) const {
    if (leaf.is_tensor() && is_keras_tensor(leaf.as_tensor())) {
      if (keras_tensor_info(leaf.as_tensor())->node) return leaf;
    } else if (leaf.is_string()) {
      return resolve(selector_of(leaf.as_string()), as_input);
    } else if (leaf.is_object()) {
      if (const auto operation = std::dynamic_pointer_cast<Operation>(leaf.as_object())) {
        check_membership(*operation);
        return resolve(Selector{operation->name()}, as_input);
      }
    }
    raise_value_error(
        {"Select a sub-model by KerasTensors of the model's graph, layers, or layer names. "
         "Received: ",
         repr(leaf)});
  }

  // A name may itself end in a number, so the whole text is tried first.
  Selector selector_of(const std::string& text) const {
    if (by_name_.contains(text)) return {text};
    Selector selector{text};
    selector.output = take_number(selector.name, ':');
    if (selector.output < 0 || !by_name_.contains(selector.name)) {
      selector.call = take_number(selector.name, '@');
    }
    if (!by_name_.contains(selector.name)) throw unknown(text, selector.name);
    return selector;
  }

  Error unknown(const std::string& text, const std::string& name) const {
    const std::string sentence = "Model '" + model_.name() + "' has no layer '" + text + "'.";
    if (const std::string path = path_inside(graph_, name.substr(name.rfind('/') + 1));
        !path.empty()) {
      return value_error(sentence + " There is one inside the nested model '" + path +
                         "': take a sub-model of that model instead.");
    }
    std::vector<std::string> names;
    for (const auto& operation : graph_.operations()) names.push_back(operation->name());
    return value_error(sentence + did_you_mean(name, names));
  }

  void check_membership(const Operation& operation) const {
    const auto found = by_name_.find(operation.name());
    if (found != by_name_.end() && found->second == &operation) return;
    std::string sentence =
        "Layer '" + operation.name() + "' is not part of model '" + model_.name() + "'";
    if (found != by_name_.end()) sentence += ", which has another layer of that name";
    raise_value_error({sentence, "."});
  }

  Tree resolve(const Selector& selector, bool as_input) const {
    const auto calls = numbers_.calls(*by_name_.at(selector.name));
    const auto count = static_cast<int>(calls.size());
    if (selector.call < 0 && count > 1) throw ambiguous(selector, count);
    if (selector.call >= count) {
      raise_value_error({"Layer '", selector.name, "' is called ", times(count), " in model '",
                         model_.name(), "'; there is no '",
                         tensor_label(selector.name, selector.call, -1), "'."});
    }
    const auto& call = calls[static_cast<size_t>(std::max(selector.call, 0))];
    if (selector.output >= 0) return output_of(*call, selector);
    if (!as_input || call->is_input()) return call->outputs();
    return inputs_of(*call);
  }

  static std::string times(int count) {
    return count == 1 ? "once" : std::to_string(count) + " times";
  }

  Error ambiguous(const Selector& selector, int count) const {
    const auto label = [&](int call) {
      return "'" + tensor_label(selector.name, call, selector.output) + "'";
    };
    return value_error("Layer '" + selector.name + "' is shared: it is called " + times(count) +
                       " in model '" + model_.name() + "'. Choose one of the calls: " + label(0) +
                       (count > 2 ? " ... " : " or ") + label(count - 1) + ".");
  }

  static Tree output_of(Node& call, const Selector& selector) {
    if (selector.output >= call.output_count()) {
      const std::string count = std::to_string(call.output_count());
      raise_value_error({"Layer '", selector.name, "' has ", count,
                         (call.output_count() == 1 ? " output" : " outputs"), "; there is no '",
                         tensor_label(selector.name, selector.call, selector.output), "'."});
    }
    return call.output_tensor(selector.output);
  }

  // The distinct input tensors of a call.
  static Tree inputs_of(const Node& call) {
    Tree::Sequence tensors;
    TensorSet seen;
    for (const Tensor& tensor : call.input_tensors()) {
      if (seen.insert(key_of(tensor)).second) tensors.emplace_back(tensor);
    }
    return tensors.size() == 1 ? tensors.front() : Tree::list(std::move(tensors));
  }

  const Model& model_;
  const Graph& graph_;
  NodeNumbers numbers_;
  std::unordered_map<std::string, const Operation*> by_name_;
};

std::string label_of(const Tensor& tensor, const NodeNumbers& numbers) {
  const KerasTensorInfo* info = keras_tensor_info(tensor);
  return numbers.contains(info->node.get()) ? numbers.label(tensor)
                                            : info->node->operation()->name();
}

void check_distinct(const std::vector<Tensor>& inputs, const NodeNumbers& numbers) {
  TensorSet seen;
  for (const Tensor& input : inputs) {
    if (seen.insert(key_of(input)).second) continue;
    raise_value_error({"The tensor '", label_of(input, numbers), "' is given as an input twice."});
  }
}

// InputLayers that `output` needs but `inputs` lacks; empty when complete.
std::string missing_inputs(const std::vector<Tensor>& inputs, const std::vector<Tensor>& outputs) {
  std::unordered_set<const Node*> given;
  for (const Tensor& input : inputs) given.insert(keras_tensor_info(input)->node.get());
  std::string names;
  for (const auto& call : calls_between(inputs, outputs)) {
    if (!call->is_input() || given.contains(call.get())) continue;
    names += (names.empty() ? "'" : ", '") + call->operation()->name() + "'";
  }
  return names;
}

void check_connected(const std::vector<Tensor>& inputs, const std::vector<Tensor>& outputs,
                     const NodeNumbers& numbers) {
  if (missing_inputs(inputs, outputs).empty()) return;
  std::string given;
  for (const Tensor& input : inputs)
    given += (given.empty() ? "'" : ", '") + label_of(input, numbers) + "'";
  for (const Tensor& output : outputs) {
    const std::string missing = missing_inputs(inputs, {output});
    if (missing.empty()) continue;
    raise_value_error({"The output '", label_of(output, numbers),
                       "' cannot be computed from the inputs (", given, ") alone: it also needs ",
                       missing, "."});
  }
}

// Names of the Inputs that replace intermediate tensors: the key in a dict of inputs, else the
// layer that made the tensor; numbered when a layer of the sub-model has that name.
class InputNames {
 public:
  InputNames(const Tree& inputs, const std::vector<Tensor>& outputs) {
    for (const auto& call : calls_between(flatten_tensors(inputs), outputs))
      taken_.insert(call->operation()->name());
    choose(inputs, "");
  }

  std::string of(const Tensor& tensor) const { return names_.at(key_of(tensor)); }

 private:
  void choose(const Tree& tree, const std::string& key) {
    if (tree.is_sequence()) {
      for (const Tree& item : tree.items()) choose(item, "");
    } else if (tree.is_dict()) {
      for (const auto& [name, item] : tree.as_dict().members) choose(item, name);
    } else {
      const Tensor& tensor = tree.as_tensor();
      const Node& node = *keras_tensor_info(tensor)->node;
      if (node.is_input()) return;
      const std::string base = key.empty() ? node.operation()->name() : key;
      std::string name = base;
      for (int i = 1; !taken_.insert(name).second; ++i) name = base + "_" + std::to_string(i);
      names_.emplace(key_of(tensor), name);
    }
  }

  std::unordered_set<std::string> taken_;
  TensorMap<std::string> names_;
};

}  // namespace

std::shared_ptr<Functional> sub_model(const Model& model, const std::optional<Tree>& inputs,
                                      const Tree& outputs, std::optional<std::string> name) {
  const Resolver resolver(model);
  Tree from = inputs ? resolver.tensors(*inputs, true) : resolver.graph().input_structure();
  Tree to = resolver.tensors(outputs, false);
  const std::vector<Tensor> ends = flatten_tensors(to);
  const std::vector<Tensor> starts = flatten_tensors(from);
  check_distinct(starts, resolver.numbers());
  check_connected(starts, ends, resolver.numbers());
  const InputNames names(from, ends);
  cut_graph(from, to, [&](const Tensor& tensor) { return names.of(tensor); });
  return make_functional(std::move(from), std::move(to), std::move(name));
}

}  // namespace keras
