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

// The layer of an entry `{"class_name": ..., "config": ...}`. Throws ValueError "Unknown layer: 'Zzz'. ...".
std::shared_ptr<Object> revive_legacy_layer(const json::Value& entry);

using CreatedLayers = std::unordered_map<std::string, std::shared_ptr<Operation>>;
using LegacyTensorFinder =
    std::function<std::optional<Tensor>(const std::string& name, int64_t node, int64_t tensor)>;

// The arguments of a call such as [["x", 0, 0, {}]]. False while an input does not exist yet.
bool read_legacy_node(const json::Array& node, const CreatedLayers& created,
                      const LegacyTensorFinder& find, Nest::Sequence& args, Nest::Dict& kwargs);

}  // namespace keras
