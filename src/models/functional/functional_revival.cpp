#include "models/functional/functional_revival.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>

#include "base/error.h"
#include "base/lists.h"
#include "json/repr.h"
#include "layers/core/input_layer.h"
#include "layers/foreign_layer.h"
#include "models/functional/functional.h"
#include "models/legacy/legacy.h"
#include "models/legacy/tf_function.h"
#include "serialization/custom_objects.h"
#include "serialization/deserialize.h"

namespace keras {
namespace {

using keras::at_path;

// As at_path for an index (`layers[3]`), formatted only on error.
template <class Fn>
decltype(auto) at_path(std::string_view list, size_t index, Fn&& fn) {
  try {
    return fn();
  } catch (Error& error) {
    error.prepend_path(std::string(list) + "[" + std::to_string(index) + "]");
    throw;
  }
}

// A call, by its index within the operation.
struct Call {
  const Operation* operation;
  int64_t index;
  bool operator==(const Call&) const = default;
};
struct CallHash {
  size_t operator()(const Call& call) const {
    return std::hash<const void*>()(call.operation) * 31 + static_cast<size_t>(call.index);
  }
};

// An operation with calls to make.
struct Pending {
  std::shared_ptr<Operation> operation;  // kept alive: a later entry with the same name replaces it
  const json::Array* nodes = nullptr;
  size_t next = 0;     // index of the next call to make
  size_t missing = 0;  // number of unmade calls it waits for
};

// Keras repeatedly scans all entries and makes each call whose inputs exist, which is
// quadratic when calls depend on later entries. Here a waiting entry is scheduled when its
// last input is made: in the same round if the entry comes later, else in the next. The order
// of calls is the same.
class Revival {
 public:
  explicit Revival(const json::Array& entries) : entries_(entries) {
    for (size_t i = 0; i < entries.size(); ++i) {
      at_path("layers", i, [&] { revive_layer(entries[i]); });
    }
    make_calls();
    if (unfinished_ > 0) throw unresolved();
  }

  Tree tensors(const json::Value& ends) const {
    if (ends.is_array()) {
      const json::Array& array = ends.as_array();
      if (array.size() == 3 && array[0].is_string()) {
        return tensor(array[0].as_string(), array[1].as_int(), array[2].as_int());
      }
      Tree::Sequence items;
      for (const json::Value& item : array) items.push_back(tensors(item));
      return Tree::list(std::move(items));
    }
    Tree::Dict dict;
    for (const auto& [key, item] : ends.as_object()) dict.set(key, tensors(item));
    return dict;
  }

  std::vector<Tree> take_held() { return std::move(held_); }

 private:
  using Missing = std::vector<Call>;
  // The round and the entry to process, in order.
  using Turn = std::pair<size_t, size_t>;

  void revive_layer(const json::Value& entry) {
    const json::Object& record = entry.as_object();
    const std::string& name = record.at("name").as_string();
    const auto object = revive_entry(entry);
    auto operation = std::dynamic_pointer_cast<Operation>(object);
    if (!operation) {
      raise_value_error(
          {"Unexpected object from deserialization, expected a layer or operation, got a ",
           python_type(Tree(object))});
    }
    const json::Array& nodes = record.at("inbound_nodes").as_array();
    if (auto* input = dynamic_cast<InputLayer*>(operation.get())) held_.push_back(input->tensor());
    if (!nodes.empty()) {
      positions_.insert_or_assign(operation.get(), pending_.size());
      pending_.push_back({operation, &nodes});
      ++unfinished_;
    }
    created_.insert_or_assign(name, std::move(operation));
  }

  // What later calls record of the result of a call, or None.
  static Tree recorded_outputs(const json::Value& value, const Call& call) {
    std::vector<std::pair<int64_t, Tensor>> found;
    collect_outputs(value, call.operation->name(), call.index, found);
    Tree::Sequence outputs;
    for (const auto& [index, tensor] : found) {
      if (index < 0 || index > static_cast<int64_t>(found.size())) return {};
      if (index >= static_cast<int64_t>(outputs.size())) {
        outputs.resize(static_cast<size_t>(index) + 1);
      }
      outputs[static_cast<size_t>(index)] = tensor;
    }
    for (const Tree& output : outputs) {
      if (output.is_none()) return {};  // of several outputs, some are not used
    }
    return outputs.empty() ? Tree() : outputs.size() == 1 ? outputs[0] : Tree::list(outputs);
  }

  static void collect_outputs(const json::Value& value, const std::string& name, int64_t call,
                              std::vector<std::pair<int64_t, Tensor>>& found) {
    if (value.is_array()) {
      for (const json::Value& item : value.as_array()) collect_outputs(item, name, call, found);
    }
    if (!value.is_object()) return;
    const json::Value* history = value.find("keras_history");
    const json::Value* shape = value.find("shape");
    const json::Value* dtype = value.find("dtype");
    if (history == nullptr || shape == nullptr || dtype == nullptr) {
      for (const auto& [key, item] : value.as_object()) collect_outputs(item, name, call, found);
      return;
    }
    if (!history->is_array() || history->as_array().size() != 3) return;
    const json::Array& parts = history->as_array();
    if (parts[0] == json::Value(name) && parts[1] == json::Value(call) && parts[2].is_int()) {
      found.emplace_back(parts[2].as_int(), Tensor::abstract(FieldTraits<Shape>::read(*shape),
                                                             parse_dtype(dtype->as_string())));
    }
  }

  // Only the config knows the outputs of layers whose code cannot run.
  void expect_outputs(ForeignLayer& layer) const {
    const int64_t call = call_count(layer);
    for (const json::Value& entry : entries_) {
      const json::Value* nodes = entry.find("inbound_nodes");
      if (nodes == nullptr) continue;
      Tree outputs = recorded_outputs(*nodes, {&layer, call});
      if (outputs.is_none()) continue;
      return layer.expect_outputs(static_cast<size_t>(call), std::move(outputs));
    }
  }

  static std::shared_ptr<Object> revive_entry(const json::Value& entry) {
    const std::string& class_name = entry.as_object().at("class_name").as_string();
    if (legacy::is_tf_function(class_name) && !find_custom_object(class_name)) {
      return legacy::TfFunction::from_entry(entry.as_object());
    }
    return entry.find("module") != nullptr ? deserialize_object(entry) : revive_legacy_layer(entry);
  }

  void make_calls() {
    for (size_t i = 0; i < entries_.size(); ++i) turns_.push({0, i});
    while (!turns_.empty()) {
      const auto [round, entry] = turns_.top();
      turns_.pop();
      take_turn(round, entry);
    }
  }

  void take_turn(size_t round, size_t entry) {
    const auto& operation = created_.at(entries_[entry].as_object().at("name").as_string());
    const auto position = positions_.find(operation.get());
    if (position == positions_.end()) return;
    Pending& pending = pending_[position->second];
    if (pending.missing > 0) return;
    at_path("layers", entry, [&] {
      while (pending.next < pending.nodes->size()) {
        Missing missing;
        const bool made = at_path("inbound_nodes", pending.next, [&] {
          return make_call(*operation, (*pending.nodes)[pending.next], missing);
        });
        if (!made) {
          pending.missing = missing.size();
          for (const Call& call : missing) waiters_[call].push_back({entry, position->second});
          return;
        }
        ++pending.next;
        wake(Call{operation.get(), call_count(*operation) - 1}, round, entry);
      }
      positions_.erase(position);
      --unfinished_;
    });
  }

  // Schedules entries whose last missing call this was.
  void wake(const Call& call, size_t round, size_t entry) {
    const auto found = waiters_.find(call);
    if (found == waiters_.end()) return;
    for (const auto& [waiting_entry, position] : found->second) {
      if (--pending_[position].missing > 0) continue;
      turns_.push({waiting_entry > entry ? round : round + 1, waiting_entry});
    }
    waiters_.erase(found);
  }

  // False while inputs are missing; adds them to `missing`, unless no pending call will
  // ever make them.
  bool make_call(Operation& operation, const json::Value& node, Missing& missing) {
    if (!node.truthy()) {
      held_.push_back(operation.apply({}));
      return true;
    }
    Tree::Sequence args;
    Tree::Dict kwargs;
    if (node.is_array()) {
      const LegacyTensorFinder find = [&](const std::string& name, int64_t n, int64_t t) {
        const auto value = find_value(name, n, t, &missing);
        return value && value->is_tensor() ? std::optional(value->as_tensor()) : std::nullopt;
      };
      if (!read_legacy_node(node.as_array(), created_, find, args, kwargs)) return false;
    } else {
      const json::Object& record = node.as_object();
      const json::Value& recorded_args = record.at("args");
      const json::Value& recorded_kwargs = record.at("kwargs");
      // Checked before reviving, because placeholder tensors of a call that must wait
      // would take names.
      const bool args_exist = inputs_exist(recorded_args, missing);
      if (!inputs_exist(recorded_kwargs, missing) || !args_exist) return false;
      args = std::move(revived(deserialize_keras_object(recorded_args)).items());
      kwargs = std::move(revived(deserialize_keras_object(recorded_kwargs)).as_dict());
    }
    if (auto* layer = dynamic_cast<ForeignLayer*>(&operation)) expect_outputs(*layer);
    held_.push_back(operation.apply(std::move(args), std::move(kwargs)));
    return true;
  }

  bool inputs_exist(const json::Value& value, Missing& missing) const {
    bool exist = true;
    if (value.is_array()) {
      for (const json::Value& item : value.as_array()) exist = inputs_exist(item, missing) && exist;
      return exist;
    }
    if (!value.is_object()) return true;
    const json::Value* class_name = value.find("class_name");
    if (class_name != nullptr && class_name->is_string() &&
        class_name->as_string() == "__keras_tensor__") {
      const json::Value* config = value.find("config");
      const json::Value* history = config == nullptr ? nullptr : config->find("keras_history");
      return history == nullptr || history->is_null() || find_value(*history, &missing);
    }
    for (const auto& [key, item] : value.as_object()) exist = inputs_exist(item, missing) && exist;
    return exist;
  }

  static int64_t call_count(const Operation& operation) {
    const auto* function = dynamic_cast<const legacy::TfFunction*>(&operation);
    return static_cast<int64_t>(function == nullptr ? operation.node_count()
                                                    : function->call_count());
  }

  std::optional<Tree> find_value(const json::Value& history, Missing* missing = nullptr) const {
    const json::Array& parts = history.as_array();
    if (parts.size() != 3) raise_value_error({"Invalid keras_history: ", repr(history)});
    const std::string& name = parts[0].as_string();
    if (!created_.contains(name)) raise_value_error({"Unknown layer: ", name});
    return find_value(name, parts[1].as_int(), parts[2].as_int(), missing);
  }

  // Nothing when the call or output does not exist (yet).
  std::optional<Tree> find_value(const std::string& name, int64_t node_index, int64_t tensor_index,
                                 Missing* missing = nullptr) const {
    const auto& operation = created_.at(name);
    const int64_t count = call_count(*operation);
    // negative, as in Python lists
    const int64_t index = node_index < 0 ? node_index + count : node_index;
    if (index < 0 || index >= count) {
      // The first call that makes the index valid.
      if (missing != nullptr) {
        missing->push_back({operation.get(), node_index < 0 ? -node_index - 1 : node_index});
      }
      return std::nullopt;
    }
    if (const auto* function = dynamic_cast<const legacy::TfFunction*>(operation.get())) {
      return function->result(index, tensor_index);
    }
    const auto node = operation->node(static_cast<size_t>(index));
    if (tensor_index < 0) tensor_index += node ? node->output_count() : 0;
    if (!node || tensor_index < 0 || tensor_index >= node->output_count()) return std::nullopt;
    return node->output_tensor(static_cast<int>(tensor_index));
  }

  Tree revived(const Tree& tree) const {
    return map_structure(tree, [this](const Tree& leaf) -> Tree {
      if (!leaf.is_tensor()) return leaf;
      const auto* placeholder = dynamic_cast<RevivedTensor*>(leaf.as_tensor().symbolic_info());
      if (placeholder == nullptr) return leaf;
      if (placeholder->history.is_null()) {
        return with_keras_tensors(leaf);  // made by no call: the graph reports it
      }
      return *find_value(placeholder->history);
    });
  }

  Tree tensor(const std::string& name, int64_t node_index, int64_t tensor_index) const {
    const auto found = created_.find(name);
    if (found == created_.end()) {
      raise_runtime_error({"Internal error: could not find layer ", name, "."});
    }
    if (dynamic_cast<Functional*>(found->second.get()) != nullptr) --node_index;
    const auto value = find_value(name, node_index, tensor_index);
    if (!value) raise_index_error({"list index out of range"});
    return *value;
  }

  Error unresolved() const {
    std::string nodes;
    for (const Pending& pending : pending_) {
      if (!positions_.contains(pending.operation.get())) continue;
      const json::Array rest(pending.nodes->begin() + static_cast<std::ptrdiff_t>(pending.next),
                             pending.nodes->end());
      append_item(nodes, pending.operation->python_repr() + ": " + repr(json::Value(rest)));
    }
    return value_error(
        "Invalid Functional model configuration. The graph of the Functional model "
        "either has loops or disconnected nodes. The following nodes failed to be "
        "resolved: {" +
        nodes + "}");
  }

  struct Waiter {
    size_t entry, position;
  };

  const json::Array& entries_;
  CreatedLayers created_;
  std::vector<Pending> pending_;  // in the order of the entries
  std::unordered_map<const Operation*, size_t>
      positions_;  // indices in pending_ of operations with calls to make
  size_t unfinished_ = 0;
  std::unordered_map<Call, std::vector<Waiter>, CallHash> waiters_;
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns_;
  std::vector<Tree> held_;
};

}  // namespace

RevivedGraph revive_graph(const json::Object& config) {
  Revival revival(config.at("layers").as_array());
  const auto ends = [&](const char* key) {
    return at_path(key, [&] { return revival.tensors(config.at(key)); });
  };
  RevivedGraph graph;
  graph.inputs = ends("input_layers");
  graph.outputs = ends("output_layers");
  graph.held = revival.take_held();
  return graph;
}

}  // namespace keras
