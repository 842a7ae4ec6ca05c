// Configs of Keras 1 and 2 and of tf.keras: entries without a module, calls as lists
// (keras/src/legacy/saving, and the legacy branch of functional_from_config).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "graph/operation.h"
#include "json/value.h"

namespace keras {

// The layer of an entry `{"class_name": ..., "config": ...}`. Throws ValueError "Unknown layer:
// 'Zzz'. ...".
std::shared_ptr<Object> revive_legacy_layer(const json::Value& entry);

// What JSON of older Keras has in forms of its own, in those of today: tuples and TensorShapes as
// lists, bytes and Ellipsis as their records (keras/src/legacy/saving/json_utils.py).
json::Value modern_values(const json::Value& value);

// While it lives, models write the layers in their configs as older Keras did: without module,
// registered name and build config.
class LegacyConfigScope {
 public:
  LegacyConfigScope();
  ~LegacyConfigScope();
  LegacyConfigScope(const LegacyConfigScope&) = delete;
  LegacyConfigScope& operator=(const LegacyConfigScope&) = delete;

 private:
  bool previous_;
};

// The record of a layer or operation in the config of a model.
json::Value record_in_model(const Operation& operation);

using CreatedLayers = std::unordered_map<std::string, std::shared_ptr<Operation>>;
using LegacyTensorFinder =
    std::function<std::optional<Tensor>(const std::string& name, int64_t node, int64_t tensor)>;

// The arguments of a call such as [["x", 0, 0, {}]]. False while an input does not exist yet.
bool read_legacy_node(const json::Array& node, const CreatedLayers& created,
                      const LegacyTensorFinder& find, Tree::Sequence& args, Tree::Dict& kwargs);

}  // namespace keras
