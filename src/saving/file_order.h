// The order of a model's weights in a legacy file: the order of the layers in the file's config.
// The revived graph may have its layers in another order, where a TensorFlow function was replaced
// by several operations.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "json/value.h"
#include "models/model.h"

namespace keras {

// The layers of a model with their entries in the config of its record. When the record does not
// describe the model: null entries, in the model's order.
using LayerEntry = std::pair<LayerPtr, const json::Value*>;
std::vector<LayerEntry> layers_in_file_order(const Model& model, const json::Value* record);

// As legacy_weights(), with sublayers in the order of the entry, which may be null.
Layer::Variables weights_in_file_order(const LayerEntry& entry);

// The paths in an archive with this record that differ from saved_objects(): pairs of the path in
// the model and the path in the file.
std::vector<std::pair<std::string, std::string>> reordered_paths(const ModelPtr& model,
                                                                 const json::Value& record);

}  // namespace keras
