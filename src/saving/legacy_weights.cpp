#include "saving/legacy_weights.h"

#include "base/error.h"
#include "base/warning.h"
#include "saving/cudnn_weights.h"
#include "saving/file_order.h"

namespace keras {
namespace {

// `owner` names the layer as Keras does: `layer #0 (named dense)`.
void assign(const Layer::Variables& variables, const std::vector<Tensor>& values,
            const std::string& owner, bool skip_mismatch) {
  std::vector<bool> fits(values.size(), true);
  for (size_t i = 0; i < values.size(); ++i) {
    if (variables[i]->shape() == values[i].shape()) continue;
    fits[i] = false;
    const std::string shapes = "weight " + variables[i]->path() + ". Weight expects shape " +
                               repr(variables[i]->shape()) + ". Received saved weight with shape " +
                               repr(values[i].shape());
    if (!skip_mismatch) raise_value_error({"Shape mismatch in ", owner, "for ", shapes});
    warn("Skipping loading weights for " + owner + "due to mismatch in shape for " + shapes);
  }
  for (size_t i = 0; i < values.size(); ++i) {
    if (fits[i]) variables[i]->assign(values[i]);
  }
}

std::string counts(size_t expected, size_t received, const std::string& what) {
  return "expects " + std::to_string(expected) + " " + what + "weight(s). Received " +
         std::to_string(received) + " saved " + what + "weight(s)";
}

std::string describe_layer(size_t index, const Layer& layer) {
  return "layer #" + std::to_string(index) + " (named " + layer.name() + ")";
}

void load_by_name(const std::vector<LayerPtr>& layers, const std::vector<LegacyLayerWeights>& saved,
                  bool skip_mismatch) {
  for (size_t i = 0; i < saved.size(); ++i) {
    for (const LayerPtr& layer : layers) {
      if (layer->name() != saved[i].name) continue;
      const Layer::Variables variables = legacy_weights(*layer);
      if (variables.size() == saved[i].values.size()) {
        assign(variables, saved[i].values, describe_layer(i, *layer), skip_mismatch);
        continue;
      }
      const std::string mismatch = counts(variables.size(), saved[i].values.size(), "");
      if (!skip_mismatch) {
        raise_value_error(
            {"Weight count mismatch for ", describe_layer(i, *layer), ". Layer ", mismatch});
      }
      warn("Skipping loading of weights for " + describe_layer(i, *layer) +
           " due to mismatch in number of weights. Layer " + mismatch);
    }
  }
}

void load_in_order(const std::vector<LayerEntry>& layers,
                   const std::vector<LegacyLayerWeights>& saved, bool skip_mismatch) {
  std::vector<LayerEntry> weighted;
  for (const LayerEntry& entry : layers) {
    if (!entry.first->weights().empty()) weighted.push_back(entry);
  }
  std::vector<const LegacyLayerWeights*> stored;
  for (const LegacyLayerWeights& entry : saved) {
    if (!entry.values.empty()) stored.push_back(&entry);
  }
  if (weighted.size() != stored.size()) {
    raise_value_error({"Layer count mismatch when loading weights from file. Model expected ",
                       std::to_string(weighted.size()), " layers, found ",
                       std::to_string(stored.size()), " saved layers."});
  }
  for (size_t i = 0; i < weighted.size(); ++i) {
    const Layer& layer = *weighted[i].first;
    const Layer::Variables variables = weights_in_file_order(weighted[i]);
    if (variables.size() != stored[i]->values.size()) {
      raise_value_error({"Weight count mismatch for layer #", std::to_string(i), " (named ",
                         layer.name(), " in the current model, ", stored[i]->name,
                         " in the save file). Layer ",
                         counts(variables.size(), stored[i]->values.size(), "")});
    }
    std::vector<Tensor> values = stored[i]->values;
    convert_cudnn_weights(variables, values);
    assign(variables, values, describe_layer(i, layer), skip_mismatch);
  }
}

void load_top_level(const Model& model, const std::vector<Tensor>& values,
                    const LegacyLoadOptions& options) {
  const Layer::Variables variables = model.own_weights();
  if (variables.size() == values.size()) {
    assign(variables, values, "top-level model", options.skip_mismatch);
    return;
  }
  const std::string mismatch = "Model " + counts(variables.size(), values.size(), "top-level ");
  if (options.by_name && options.skip_mismatch) {
    warn("Skipping loading top-level weights for model due to mismatch in number of weights. " +
         mismatch);
    return;
  }
  raise_value_error(
      {options.by_name
           ? "Weight count mismatch for top-level weights of model. " + mismatch
           : "Weight count mismatch for top-level weights when loading weights from file. " +
                 mismatch});
}

}  // namespace

Layer::Variables legacy_weights(const Layer& layer) {
  Layer::Variables out = layer.trainable_weights();
  for (const auto& variable : layer.non_trainable_weights()) out.push_back(variable);
  return out;
}

void load_legacy_weights(const Model& model, const LegacyWeights& saved,
                         const LegacyLoadOptions& options) {
  if (options.by_name) {
    load_by_name(model.layers(), saved.layers, options.skip_mismatch);
  } else {
    load_in_order(layers_in_file_order(model, options.record), saved.layers, options.skip_mismatch);
  }
  if (saved.top_level) load_top_level(model, *saved.top_level, options);
}

}  // namespace keras
