// The config of a Functional model (keras/src/models/functional.py).
#include "base/error.h"
#include "graph/node_numbers.h"
#include "json/repr.h"
#include "models/functional/functional.h"
#include "models/functional/functional_revival.h"
#include "models/legacy/legacy.h"
#include "serialization/serialize.h"

namespace keras {
namespace {

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
  const auto tensor = [&](const Tensor& t) { return history_record(t, numbers); };
  json::Array args;
  for (const Tree& arg : node.args()) args.push_back(serialize_keras_object(arg, tensor));
  return json::Object{{"args", std::move(args)},
                      {"kwargs", serialize_keras_object(Tree(node.kwargs()), tensor)}};
}

// Replaces every tensor by `[name, node, tensor]`. Nodes of Functional models count from one here,
// because in older Keras their node 0 linked the model's own inputs and outputs.
json::Value ends_config(const Tree& structure, const NodeNumbers& numbers) {
  if (structure.is_sequence()) {
    json::Array array;
    for (const Tree& item : structure.items()) array.push_back(ends_config(item, numbers));
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
    json::Value record = record_in_model(*operation);
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
      "Unable to revive model from config. When overriding the `get_config()` method, make sure "
      "that the "
      "returned config contains all items used as arguments in the  constructor to "
      "<class 'keras.src.models.functional.Functional'>, which is the default behavior. You can "
      "override "
      "this default behavior by defining a `from_config(cls, config)` class method to specify how "
      "to "
      "create an instance of Functional from its config.\n\nReceived config=" +
      repr(json::Value(config)) +
      "\n\nError encountered during deserialization: Functional.__init__() missing 2 required "
      "positional "
      "arguments: 'inputs' and 'outputs'");
}

void Functional::configure(const json::Object& config) {
  for (const char* key : {"name", "layers", "input_layers", "output_layers"}) {
    if (!config.contains(key)) throw without_graph(config);
  }
  const json::Value* name = config.find("name");
  const json::Value* trainable = config.find("trainable");
  RevivedGraph graph = revive_graph(config);
  define(std::move(graph.inputs), std::move(graph.outputs),
         name->is_null() ? std::nullopt : std::optional(name->as_string()),
         trainable == nullptr || trainable->is_null() ? std::nullopt
                                                      : std::optional(trainable->truthy()));
}

}  // namespace keras
