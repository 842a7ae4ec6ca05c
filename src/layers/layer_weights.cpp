// Weights of a layer: order, reading and writing (keras/src/layers/layer.py).
#include <set>

#include "base/byte_size.h"
#include "base/error.h"
#include "layers/layer.h"

namespace keras {
namespace {

void append_once(Layer::Variables& out, std::set<const Variable*>& seen,
                 const Layer::Variables& more) {
  for (const auto& variable : more) {
    if (seen.insert(variable.get()).second) out.push_back(variable);
  }
}

}  // namespace

Layer::Variables Layer::own_weights() const {
  Variables out = trainable_variables_;
  out.insert(out.end(), non_trainable_variables_.begin(), non_trainable_variables_.end());
  return out;
}

Layer::Variables Layer::own_random_states() const {
  Variables out;
  for (const auto& generator : seed_generators_) out.push_back(generator->state());
  return out;
}

Layer::Variables Layer::weights() const {
  Variables out;
  std::set<const Variable*> seen;
  append_once(out, seen, own_weights());
  for (const LayerPtr& layer : sublayers()) append_once(out, seen, layer->weights());
  return out;
}

Layer::Variables Layer::variables() const {
  Variables out;
  std::set<const Variable*> seen;
  append_once(out, seen, own_weights());
  append_once(out, seen, own_random_states());
  for (const LayerPtr& layer : sublayers()) append_once(out, seen, layer->variables());
  return out;
}

Layer::Variables Layer::trainable_weights() const {
  Variables out;
  if (!trainable()) return out;
  for (const auto& variable : weights()) {
    if (variable->trainable()) out.push_back(variable);
  }
  return out;
}

Layer::Variables Layer::non_trainable_weights() const {
  if (!trainable()) return weights();
  Variables out;
  for (const auto& variable : weights()) {
    if (!variable->trainable()) out.push_back(variable);
  }
  return out;
}

std::vector<Tensor> Layer::get_weights() const {
  std::vector<Tensor> values;
  for (const auto& variable : weights()) values.push_back(variable->stored_value());
  return values;
}

void Layer::set_weights(const std::vector<Tensor>& values) {
  const Variables targets = weights();
  if (targets.size() != values.size()) {
    raise_value_error({"You called `set_weights(weights)` on layer '", name(),
                       "' with a weight list of length ", std::to_string(values.size()),
                       ", but the layer was expecting ", std::to_string(targets.size()),
                       " weights."});
  }
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i].shape() != targets[i]->shape()) {
      raise_value_error({"Layer ", name(), " weight shape ", repr(targets[i]->shape()),
                         " is not compatible with provided weight shape ", repr(values[i].shape()),
                         "."});
    }
  }
  for (size_t i = 0; i < values.size(); ++i) targets[i]->assign(values[i]);
}

int64_t Layer::count_params() const {
  if (!built()) {
    raise_value_error({"You tried to call `count_params` on layer '", name(),
                       "', but the layer isn't built. You can build it manually via: "
                       "`layer.build(input_shape)`."});
  }
  int64_t total = 0;
  for (const auto& variable : weights()) total = checked_sum(total, variable->shape().size());
  return total;
}

}  // namespace keras
