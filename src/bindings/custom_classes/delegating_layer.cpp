#include "bindings/custom_classes/delegating_layer.h"

#include "base/naming.h"

namespace keras::bindings {

DelegatingLayer::DelegatingLayer(LayerPtr inner, const json::Object& options)
    : inner_(std::move(inner)) {
  json::Object own{{"name", inner_->name()}};
  for (const auto& [key, value] : options) {
    if (is_legacy_argument(key)) own.set(key, value);
  }
  configure(own);
  set_dtype_policy(inner_->dtype_policy());
  set_trainable_flag(inner_->trainable());
  set_built(inner_->built());
}

json::Object DelegatingLayer::get_config() const {
  json::Object config = inner_->get_config();
  if (config.contains("name")) config.set("name", name());
  if (config.contains("trainable")) config.set("trainable", trainable());
  return config;
}

void DelegatingLayer::set_trainable(bool trainable) {
  Layer::set_trainable(trainable);
  inner_->set_trainable(trainable);
}

Layer::Variables DelegatingLayer::own_weights() const {
  Variables all = inner_->own_weights();
  for (const auto& variable : Layer::own_weights()) all.push_back(variable);
  return all;
}

SavedState DelegatingLayer::saved_state() const {
  SavedState state = inner_->saved_state();
  for (const auto& variable : Layer::own_weights()) state.variables.push_back(variable);
  return state;
}

void DelegatingLayer::build_layer(const BuildShapes& shapes) {
  const std::string outer = current_path();
  inner_->build(shapes);
  // The inner layer has the same name and built itself below this one, so the name is in the paths
  // twice.
  const std::string doubled = outer + "/" + inner_->name();
  for (const auto& variable : inner_->weights()) {
    if (variable->path().starts_with(doubled)) {
      variable->set_path(outer + variable->path().substr(doubled.size()));
    }
  }
}

}  // namespace keras::bindings
