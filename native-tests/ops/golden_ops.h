// The golden cases of single operations (fixtures/golden/ops_*.json), run as graphs without models.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "graph/operation.h"
#include "json/value.h"
#include "ops/table/registry.h"
#include "serialization/deserialize.h"
#include "tensor/tensor.h"
#include "testing/golden.h"
#include "tree/tree.h"

namespace keras::testing {

struct GoldenOps {
  std::vector<json::Object> cases;
  std::map<std::string, std::shared_ptr<const GoldenGroup>> groups;

  GoldenOps() {
    for (const std::string& name : golden_groups()) {
      if (!name.starts_with("ops_")) continue;
      const auto group = GoldenGroup::load("golden/" + name);
      for (const json::Value& golden : group->cases()) cases.push_back(golden.as_object());
      groups[name] = group;
    }
  }
  Tensor array(const json::Object& golden, const std::string& key) const {
    const std::string& id = golden.at("id").as_string();
    return groups.at(id.substr(0, id.find('/')))->array(key);
  }
};

inline const GoldenOps& golden_ops() {
  static const GoldenOps all;
  return all;
}

// The graph of one case, with operations deserialized from their configs.
class GoldenGraph {
 public:
  explicit GoldenGraph(const json::Object& golden)
      : config_(golden.at("to_json").find("config")->as_object()) {
    for (const json::Value& entry : config_.at("layers").as_array()) {
      const json::Object& layer = entry.as_object();
      if (layer.at("class_name").as_string() == "InputLayer") continue;
      const auto object = from_config(ops::operation_class(layer.at("class_name").as_string()),
                                      layer.at("config").as_object());
      operations_.emplace_back(std::dynamic_pointer_cast<Operation>(object), &layer);
    }
  }

  const std::vector<std::pair<std::shared_ptr<Operation>, const json::Object*>>& operations()
      const {
    return operations_;
  }

  // Shape and dtype of each input, in the order of the calls.
  struct Input {
    std::string name;
    Shape shape;
    DType dtype;
  };
  std::vector<Input> inputs() const {
    std::vector<Input> out;
    collect(config_.at("input_layers"), [&](const json::Array& key) {
      for (const json::Value& entry : config_.at("layers").as_array()) {
        if (*entry.find("name") != key[0]) continue;
        const json::Object& config = entry.find("config")->as_object();
        out.push_back({key[0].as_string(), FieldTraits<Shape>::read(config.at("batch_shape")),
                       parse_dtype(config.at("dtype").as_string())});
      }
    });
    return out;
  }

  // The flattened outputs for these inputs; `apply` calls an operation.
  using Apply = std::function<Tree(const std::shared_ptr<Operation>&, Tree::Sequence, Tree::Dict)>;
  std::vector<Tensor> run(const std::vector<Tensor>& tensors, const Apply& apply) const {
    std::map<std::string, std::vector<Tensor>> values;  // name/node
    const auto given = inputs();
    for (size_t i = 0; i < given.size(); ++i) values[given[i].name + "/0"] = {tensors.at(i)};
    for (const auto& [operation, layer] : operations_) {
      const auto& nodes = layer->at("inbound_nodes").as_array();
      for (size_t n = 0; n < nodes.size(); ++n) {
        Tree::Sequence args;
        for (const json::Value& arg : nodes[n].find("args")->as_array()) {
          args.push_back(with_values(deserialize_keras_object(arg), values));
        }
        Tree::Dict kwargs;
        for (const auto& [key, value] : nodes[n].find("kwargs")->as_object()) {
          kwargs.set(key, with_values(deserialize_keras_object(value), values));
        }
        values[layer->at("name").as_string() + "/" + std::to_string(n)] =
            flatten_tensors(apply(operation, std::move(args), std::move(kwargs)));
      }
    }
    std::vector<Tensor> outputs;
    collect(config_.at("output_layers"), [&](const json::Array& key) {
      outputs.push_back(values.at(key[0].as_string() + "/" + std::to_string(key[1].as_int()))
                            .at(static_cast<size_t>(key[2].as_int())));
    });
    return outputs;
  }

 private:
  // Visits the tensors [name, node, index] of a tree, dicts in the order of their sorted keys.
  template <class F>
  static void collect(const json::Value& structure, const F& visit) {
    if (structure.is_array()) {
      const json::Array& items = structure.as_array();
      if (items.size() == 3 && items[0].is_string()) return visit(items);
      for (const json::Value& item : items) collect(item, visit);
    } else {
      std::map<std::string, const json::Value*> sorted;
      for (const auto& [key, value] : structure.as_object()) sorted[key] = &value;
      for (const auto& [key, value] : sorted) collect(*value, visit);
    }
  }

  static Tree with_values(const Tree& tree,
                          const std::map<std::string, std::vector<Tensor>>& values) {
    return map_structure(tree, [&](const Tree& leaf) -> Tree {
      if (!leaf.is_tensor()) return leaf;
      const auto* revived = dynamic_cast<RevivedTensor*>(leaf.as_tensor().symbolic_info());
      if (revived == nullptr) return leaf;
      const json::Array& key = revived->history.as_array();
      return values.at(key[0].as_string() + "/" + std::to_string(key[1].as_int()))
          .at(static_cast<size_t>(key[2].as_int()));
    });
  }

  const json::Object& config_;
  std::vector<std::pair<std::shared_ptr<Operation>, const json::Object*>> operations_;
};

}  // namespace keras::testing
