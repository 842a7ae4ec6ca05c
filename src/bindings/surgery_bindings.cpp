// Model diffs, sub-models, and interpolation of weights.
#include "bindings/codec/codec.h"
#include "bindings/codec/handles.h"
#include "bindings/guard.h"
#include "models/diff/diff.h"
#include "models/functional/sub_model.h"
#include "models/model_weights.h"
#include "serialization/live_objects.h"

namespace keras::bindings {
namespace {

json::Value labels_json(const CallLabels& calls) {
  json::Array rows;
  for (const auto& call : calls) rows.push_back(json::Array(call.begin(), call.end()));
  return rows;
}

json::Object value_json(const ValueChange& change) {
  json::Object row{{"key", change.key}};
  if (change.from) row.set("from", *change.from);
  if (change.to) row.set("to", *change.to);
  return row;
}

json::Value side_json(const std::optional<WeightChange::Side>& side) {
  if (!side) return nullptr;
  return json::Object{{"shape", FieldTraits<Shape>::write(side->shape)},
                      {"dtype", dtype_name(side->dtype)}};
}

json::Object weight_json(const WeightChange& change) {
  return {{"weight", change.weight},
          {"from", side_json(change.from)},
          {"to", side_json(change.to)},
          {"maxDifference",
           change.max_difference ? json::Value(*change.max_difference) : json::Value()}};
}

template <class Items, class Write>
json::Array list_json(const Items& items, const Write& write) {
  json::Array list;
  for (const auto& item : items) list.push_back(write(item));
  return list;
}

// {kind, layer, was?, className, config, inputs?, weights}
json::Object layer_json(const LayerChange& change) {
  static constexpr const char* kKinds[] = {"added", "removed", "changed"};
  json::Object row{{"kind", kKinds[static_cast<size_t>(change.kind)]}, {"layer", change.layer}};
  if (!change.was.empty()) row.set("was", change.was);
  row.set("className", change.class_name);
  row.set("config", list_json(change.config, value_json));
  if (change.from_inputs || change.to_inputs) {
    json::Object inputs;
    if (change.from_inputs) inputs.set("from", labels_json(*change.from_inputs));
    if (change.to_inputs) inputs.set("to", labels_json(*change.to_inputs));
    row.set("inputs", std::move(inputs));
  }
  row.set("weights", list_json(change.weights, weight_json));
  return row;
}

std::string model_diff(const ObjectHandle& a, const ObjectHandle& b, bool weights) {
  const ModelChanges changes = diff_models(a.as<Model>(), b.as<Model>(), weights);
  return encode(json::Object{{"model", layer_json(changes.model)},
                             {"layers", list_json(changes.layers, layer_json)},
                             {"sameLayers", changes.same_layers},
                             {"sameWeights", changes.same_weights}});
}

// {inputs, hasInputs, outputs, name}
ObjectHandlePtr model_sub_model(const ObjectHandle& handle, const Packed& packed) {
  const Tree options = unpack(packed);
  const Tree::Dict& given = options.as_dict();
  const Tree& name = *given.find("name");
  return make_handle(std::static_pointer_cast<Object>(sub_model(
      *handle.as<Model>(),
      given.find("hasInputs")->as_bool() ? std::optional(*given.find("inputs")) : std::nullopt,
      *given.find("outputs"), name.is_none() ? std::nullopt : std::optional(name.as_string()))));
}

// The uid of the layer of each weight, in the order of `weights`.
std::string layer_weight_owners(const ObjectHandle& handle) {
  json::Array uids;
  for (const LayerPtr& owner : weight_owners(handle.as<Layer>())) {
    publish_live_object(owner);
    uids.emplace_back(static_cast<int64_t>(owner->uid()));
  }
  return encode(uids);
}

void model_lerp_weights(const ObjectHandle& target, const ObjectHandle& source, double t) {
  lerp_weights(*target.as<Model>(), *source.as<Model>(), t);
}

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_surgery) {
  using namespace keras::bindings;
  bind<&model_diff>("modelDiff");
  bind<&model_sub_model>("modelSubModel");
  bind<&layer_weight_owners>("layerWeightOwners");
  bind<&model_lerp_weights>("modelLerpWeights");
}
