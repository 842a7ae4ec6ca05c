// The golden cases of single operations (fixtures/golden/ops_*.json, FORMAT.md): reading them, and
// running their graphs without models.
#pragma once

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.h"
#include "graph/operation.h"
#include "json/parse.h"
#include "json/value.h"
#include "ops/table/registry.h"
#include "serialization/deserialize.h"
#include "tensor/tensor.h"
#include "tree/tree.h"

namespace keras::testing {

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("no fixture " + path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A .safetensors file: 8 bytes of header length, a JSON header, the arrays.
class Arrays {
 public:
  explicit Arrays(const std::filesystem::path& path) : bytes_(read_text(path)) {
    uint64_t length = 0;
    std::memcpy(&length, bytes_.data(), sizeof length);
    header_ = json::parse(std::string_view(bytes_).substr(8, length)).as_object();
    begin_ = 8 + length;
  }

  Tensor get(const std::string& name) const {
    static const std::map<std::string, DType> kTypes = {
        {"F32", DType::kFloat32}, {"F16", DType::kFloat16},   {"BF16", DType::kBFloat16},
        {"I8", DType::kInt8},     {"I16", DType::kInt16},     {"I32", DType::kInt32},
        {"I64", DType::kInt64},   {"U8", DType::kUInt8},      {"U16", DType::kUInt16},
        {"U32", DType::kUInt32},  {"C64", DType::kComplex64}, {"BOOL", DType::kBool},
        {"F64", DType::kFloat64}};
    const json::Object& entry = header_.at(name).as_object();
    Shape shape;
    for (const json::Value& dim : entry.at("shape").as_array()) shape.push_back(dim.as_int());
    const auto& offsets = entry.at("data_offsets").as_array();
    const auto start = begin_ + static_cast<size_t>(offsets[0].as_int());
    const auto end = begin_ + static_cast<size_t>(offsets[1].as_int());
    return Tensor::from_bytes(std::as_bytes(std::span(bytes_.data() + start, bytes_.data() + end)),
                              shape, kTypes.at(entry.at("dtype").as_string()));
  }

 private:
  std::string bytes_;
  json::Object header_;
  size_t begin_ = 0;
};

struct GoldenOps {
  std::vector<json::Object> cases;
  std::map<std::string, std::shared_ptr<Arrays>> arrays;  // by group

  GoldenOps() {
    const std::filesystem::path folder = std::filesystem::path(KERAS_FIXTURES) / "golden";
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("ops_") && name.ends_with(".json")) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (auto path : files) {
      const json::Value group = json::parse(read_text(path));
      for (const json::Value& c : group.find("cases")->as_array()) cases.push_back(c.as_object());
      arrays[path.stem().string()] =
          std::make_shared<Arrays>(path.replace_extension(".safetensors"));
    }
  }
  Tensor array(const json::Object& golden, const std::string& name) const {
    const std::string& id = golden.at("id").as_string();
    return arrays.at(id.substr(0, id.find('/')))->get(name);
  }
};

inline const GoldenOps& golden_ops() {
  static const GoldenOps all;
  return all;
}

// The graph of one case. Operations are revived from their configs.
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

  // The flat outputs for these tensors. `apply` calls an operation.
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
  // Lists of three that start with a name are tensors; dicts by sorted key.
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
