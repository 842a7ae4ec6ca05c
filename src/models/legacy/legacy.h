// Configs of Keras 1, Keras 2 and tf.keras: entries without a module, calls as lists
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

// The layer of an entry `{"class_name": ..., "config": ...}`. ValueError "Unknown
// layer: 'Zzz'. ...".
std::shared_ptr<Object> revive_legacy_layer(const json::Value& entry);

// Converts special JSON forms of older Keras: tuples and TensorShapes become lists, bytes and
// Ellipsis their records (keras/src/legacy/saving/json_utils.py).
json::Value modern_values(const json::Value& value);

// While alive, models write their layers as older Keras did: without module, registered name and
// build config.
class LegacyConfigScope {
 public:
  LegacyConfigScope();
  ~LegacyConfigScope();
  LegacyConfigScope(const LegacyConfigScope&) = delete;
  LegacyConfigScope& operator=(const LegacyConfigScope&) = delete;

 private:
  bool previous_;
};

// The record of a layer or operation within a model's config.
json::Value record_in_model(const Operation& operation);

using CreatedLayers = std::unordered_map<std::string, std::shared_ptr<Operation>>;
using LegacyTensorFinder =
    std::function<std::optional<Tensor>(const std::string& name, int64_t node, int64_t tensor)>;

// Reads the arguments of a call such as [["x", 0, 0, {}]]. False while an input is missing.
bool read_legacy_node(const json::Array& node, const CreatedLayers& created,
                      const LegacyTensorFinder& find, Tree::Sequence& args, Tree::Dict& kwargs);

}  // namespace keras
