// The config of a Functional model, and revival from it (keras/src/models/functional.py).
#include <algorithm>
#include <unordered_map>

#include "base/error.h"
#include "base/naming.h"
#include "json/repr.h"
#include "layers/core/input_layer.h"
#include "models/functional.h"
#include "models/legacy.h"
#include "serialization/deserialize.h"
#include "serialization/serialize.h"

namespace keras {
namespace {

// Indices of a graph's calls within their operation, calls of other graphs left out.
class NodeNumbers {
 public:
  explicit NodeNumbers(const Graph& graph) {
    for (const auto& operation : graph.operations()) {
      int next = 0;
      for (size_t i = 0; i < operation->node_count(); ++i) {
        const auto node = operation->node(i);
        if (node && graph.contains(node.get())) numbers_.emplace(node.get(), next++);
      }
    }
  }

  int of(const Node* node) const {
    const auto found = numbers_.find(node);
    if (found == numbers_.end()) throw runtime_error("Internal error: could not find a node of the graph.");
    return found->second;
  }
  bool contains(const Node* node) const { return numbers_.contains(node); }

 private:
  std::unordered_map<const Node*, int> numbers_;
};

json::Value history_record(const Tensor& tensor, const NodeNumbers& numbers) {
  const KerasTensorInfo* info = keras_tensor_info(tensor);
  json::Value history;
  if (info->node) {
    history = json::Array{info->node->operation()->name(), numbers.of(info->node.get()),
                          info->tensor_index};
  }
  json::Object config{{"shape", FieldTraits<Shape>::write(tensor.shape())},
                      {"dtype", dtype_name(tensor.dtype())},
                      {"keras_history", std::move(history)}};
  return json::Object{{"class_name", "__keras_tensor__"}, {"config", std::move(config)}};
}

json::Value node_record(const Node& node, const NodeNumbers& numbers) {
  const TensorSerializer tensor = [&](const Tensor& t) { return history_record(t, numbers); };
  json::Array args;
  for (const Nest& arg : node.args()) args.push_back(serialize_keras_object(arg, tensor));
  return json::Object{{"args", std::move(args)},
                      {"kwargs", serialize_keras_object(Nest(node.kwargs()), tensor)}};
}

// `[name, node, tensor]` in place of every tensor. Functional models count from one here: in Keras they
// once started with a node that linked their own inputs and outputs.
json::Value ends_config(const Nest& structure, const NodeNumbers& numbers) {
  if (structure.is_sequence()) {
    json::Array array;
    for (const Nest& item : structure.items()) array.push_back(ends_config(item, numbers));
    return array;
  }
  if (structure.is_dict()) {
    json::Object object;
    for (const auto& [key, item] : structure.as_dict().members) {
      object.set(key, ends_config(item, numbers));
    }
    return object;
  }
  const KerasTensorInfo* info = keras_tensor_info(structure.as_tensor());
  const Operation* operation = info->node->operation();
  const int first = dynamic_cast<const Functional*>(operation) != nullptr ? 1 : 0;
  return json::Array{operation->name(), numbers.of(info->node.get()) + first, info->tensor_index};
}

// Revival: layers first, then their calls in rounds, as the inputs of a call come to exist.
class Revival {
 public:
  explicit Revival(const json::Array& entries) : entries_(entries) {
    for (size_t i = 0; i < entries.size(); ++i) {
      at_path("layers[" + std::to_string(i) + "]", [&] { revive_layer(entries[i]); });
    }
    while (!pending_.empty()) run_round();
  }

  Nest tensors(const json::Value& ends) const {
    if (ends.is_array()) {
      const json::Array& array = ends.as_array();
      if (array.size() == 3 && array[0].is_string()) {
        return tensor(array[0].as_string(), array[1].as_int(), array[2].as_int());
      }
      Nest::Sequence items;
      for (const json::Value& item : array) items.push_back(tensors(item));
      return Nest::list(std::move(items));
    }
    Nest::Dict dict;
    for (const auto& [key, item] : ends.as_object()) dict.set(key, tensors(item));
    return dict;
  }

 private:
  struct Pending {
    std::shared_ptr<Operation> operation;  // kept alive: a later entry of the same name takes its place
    const json::Array* nodes = nullptr;
    size_t next = 0;
  };

  void revive_layer(const json::Value& entry) {
    const json::Object& record = entry.as_object();
    const std::string name = record.at("name").as_string();
    const auto object = record.contains("module") ? deserialize_object(entry) : revive_legacy_layer(entry);
    auto operation = std::dynamic_pointer_cast<Operation>(object);
    if (!operation) {
      throw value_error("Unexpected object from deserialization, expected a layer or operation, got a " +
                        python_type(Nest(object)));
    }
    const json::Array& nodes = record.at("inbound_nodes").as_array();
    if (auto* input = dynamic_cast<InputLayer*>(operation.get())) held_.push_back(input->tensor());
    created_.insert_or_assign(name, operation);
    if (!nodes.empty()) {
      waiting_.push_back(operation.get());
      pending_.insert_or_assign(operation.get(), Pending{operation, &nodes});
    }
  }

  void run_round() {
    bool progress = false;
    for (size_t i = 0; i < entries_.size(); ++i) {
      const std::string& name = entries_[i].as_object().at("name").as_string();
      const auto& operation = created_.at(name);
      const auto found = pending_.find(operation.get());
      if (found == pending_.end()) continue;
      Pending& pending = found->second;
      const size_t before = pending.next;
      at_path("layers[" + std::to_string(i) + "]", [&] {
        while (pending.next < pending.nodes->size()) {
          const size_t index = pending.next;
          const bool done = at_path("inbound_nodes[" + std::to_string(index) + "]", [&] {
            return run_node(*operation, (*pending.nodes)[index]);
          });
          if (!done) break;
          ++pending.next;
        }
      });
      progress = progress || pending.next > before;
      if (pending.next == pending.nodes->size()) pending_.erase(found);
    }
    if (!progress) throw unresolved();
  }

  // False while an input of the call does not exist yet.
  bool run_node(Operation& operation, const json::Value& node) {
    if (!node.truthy()) {
      held_.push_back(operation.apply({}));
      return true;
    }
    Nest::Sequence args;
    Nest::Dict kwargs;
    if (node.is_array()) {
      const LegacyTensorFinder find = [this](const std::string& name, int64_t n, int64_t t) {
        return find_tensor(name, n, t);
      };
      if (!read_legacy_node(node.as_array(), created_, find, args, kwargs)) return false;
    } else {
      const json::Object& record = node.as_object();
      const json::Value& recorded_args = record.at("args");
      const json::Value& recorded_kwargs = record.at("kwargs");
      if (!inputs_exist(recorded_args) || !inputs_exist(recorded_kwargs)) return false;
      args = revived(deserialize_keras_object(recorded_args)).items();
      kwargs = revived(deserialize_keras_object(recorded_kwargs)).as_dict();
    }
    held_.push_back(operation.apply(std::move(args), std::move(kwargs)));
    return true;
  }

  // Looks before it revives: the placeholder tensors of a call that must wait would take names.
  bool inputs_exist(const json::Value& value) const {
    if (value.is_array()) {
      return std::all_of(value.as_array().begin(), value.as_array().end(),
                         [this](const json::Value& item) { return inputs_exist(item); });
    }
    if (!value.is_object()) return true;
    const json::Value* class_name = value.find("class_name");
    if (class_name != nullptr && *class_name == json::Value("__keras_tensor__")) {
      const json::Value* config = value.find("config");
      const json::Value* history = config == nullptr ? nullptr : config->find("keras_history");
      return history == nullptr || history->is_null() || find_tensor(*history).has_value();
    }
    return std::all_of(value.as_object().begin(), value.as_object().end(),
                       [this](const auto& member) { return inputs_exist(member.second); });
  }

  std::optional<Tensor> find_tensor(const json::Value& history) const {
    const json::Array& place = history.as_array();
    if (place.size() != 3) throw value_error("Invalid keras_history: " + repr(history));
    const std::string& name = place[0].as_string();
    if (!created_.contains(name)) throw value_error("Unknown layer: " + name);
    return find_tensor(name, place[1].as_int(), place[2].as_int());
  }

  // Nothing when that call or output does not exist (yet).
  std::optional<Tensor> find_tensor(const std::string& name, int64_t node_index,
                                    int64_t tensor_index) const {
    const auto& operation = created_.at(name);
    const auto count = static_cast<int64_t>(operation->node_count());
    if (node_index < 0) node_index += count;  // as Python's lists
    if (node_index < 0 || node_index >= count) return std::nullopt;
    const auto node = operation->node(static_cast<size_t>(node_index));
    if (tensor_index < 0) tensor_index += node ? node->output_count() : 0;
    if (!node || tensor_index < 0 || tensor_index >= node->output_count()) return std::nullopt;
    return node->output_tensor(static_cast<int>(tensor_index));
  }

  Nest revived(const Nest& nest) const {
    return map_structure(nest, [this](const Nest& leaf) -> Nest {
      if (!leaf.is_tensor()) return leaf;
      const auto* placeholder = dynamic_cast<RevivedTensor*>(leaf.as_tensor().symbolic_info());
      if (placeholder == nullptr) return leaf;
      if (placeholder->history.is_null()) {
        return with_keras_tensors(leaf);  // nothing makes it, as the graph will find
      }
      return *find_tensor(placeholder->history);
    });
  }

  Nest tensor(const std::string& name, int64_t node_index, int64_t tensor_index) const {
    const auto found = created_.find(name);
    if (found == created_.end()) throw runtime_error("Internal error: could not find layer " + name + ".");
    if (dynamic_cast<Functional*>(found->second.get()) != nullptr) --node_index;
    const auto tensor = find_tensor(name, node_index, tensor_index);
    if (!tensor) throw index_error("list index out of range");
    return *tensor;
  }

  Error unresolved() const {
    std::string nodes;
    for (const Operation* operation : waiting_) {
      const auto found = pending_.find(operation);
      if (found == pending_.end()) continue;
      const auto& list = *found->second.nodes;
      const json::Array rest(list.begin() + static_cast<std::ptrdiff_t>(found->second.next), list.end());
      nodes += (nodes.empty() ? "" : ", ") + operation->python_repr() + ": " + repr(json::Value(rest));
    }
    return value_error("Invalid Functional model configuration. The graph of the Functional model "
                       "either has loops or disconnected nodes. The following nodes failed to be "
                       "resolved: {" + nodes + "}");
  }

  const json::Array& entries_;
  CreatedLayers created_;
  std::unordered_map<const Operation*, Pending> pending_;
  std::vector<const Operation*> waiting_;  // in the order of the entries
  std::vector<Nest> held_;  // nodes live as long as somebody holds their tensors
};

}  // namespace

json::Object Functional::get_config() const {
  const NodeNumbers numbers(graph_);
  json::Array layers;
  for (const auto& operation : graph_.operations()) {
    json::Array nodes;
    for (size_t i = 0; i < operation->node_count(); ++i) {
      const auto node = operation->node(i);
      if (!node || !numbers.contains(node.get()) || node->input_tensors().empty()) continue;
      nodes.push_back(node_record(*node, numbers));
    }
    json::Value record = serialize_keras_object(*operation);
    record.as_object().set("name", operation->name());
    record.as_object().set("inbound_nodes", std::move(nodes));
    layers.push_back(std::move(record));
  }
  return {{"name", name()},
          {"trainable", trainable()},
          {"layers", std::move(layers)},
          {"input_layers", ends_config(input(), numbers)},
          {"output_layers", ends_config(output(), numbers)}};
}

Error Functional::without_graph(const json::Object& config) const {
  return type_error(
      "Unable to revive model from config. When overriding the `get_config()` method, make sure that the "
      "returned config contains all items used as arguments in the  constructor to "
      "<class 'keras.src.models.functional.Functional'>, which is the default behavior. You can override "
      "this default behavior by defining a `from_config(cls, config)` class method to specify how to "
      "create an instance of Functional from its config.\n\nReceived config=" + repr(json::Value(config)) +
      "\n\nError encountered during deserialization: Functional.__init__() missing 2 required positional "
      "arguments: 'inputs' and 'outputs'");
}

void Functional::configure(const json::Object& config) {
  for (const char* key : {"name", "layers", "input_layers", "output_layers"}) {
    if (!config.contains(key)) throw without_graph(config);
  }
  const json::Value* name = config.find("name");
  const json::Value* trainable = config.find("trainable");
  const Revival revival(config.at("layers").as_array());
  const auto ends = [&](const char* key) {
    return at_path(key, [&] { return revival.tensors(config.at(key)); });
  };
  Nest inputs = ends("input_layers");
  Nest outputs = ends("output_layers");
  define(std::move(inputs), std::move(outputs),
         name->is_null() ? std::nullopt : std::optional(name->as_string()),
         trainable == nullptr || trainable->is_null() ? std::nullopt
                                                      : std::optional(trainable->truthy()));
}

}  // namespace keras
