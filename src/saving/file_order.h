// The order in which a legacy file has the weights of a model: that of the layers in the file's
// config. A graph that is made of the config may have its layers in another order, where a function
// of TensorFlow became several operations.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "json/value.h"
#include "models/model.h"

namespace keras {

// The layers of a model with their entries in the config of its record. Without entries and in the
// model's order when the record does not describe the model.
using LayerEntry = std::pair<LayerPtr, const json::Value*>;
std::vector<LayerEntry> layers_in_file_order(const Model& model, const json::Value* record);

// As legacy_weights(), with the layers below in the order of the record; `record` may be null.
Layer::Variables weights_in_file_order(const LayerEntry& entry);

// The paths in an archive of that record that are not those which saved_objects() gives: pairs of
// the model's path and the file's.
std::vector<std::pair<std::string, std::string>> reordered_paths(const ModelPtr& model,
                                                                 const json::Value& record);

}  // namespace keras
