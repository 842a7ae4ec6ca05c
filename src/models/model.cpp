#include "models/model.h"

#include "base/error.h"
#include "base/lists.h"
#include "json/parse.h"
#include "json/repr.h"
#include "json/write.h"
#include "serialization/deserialize.h"
#include "serialization/serialize.h"

namespace keras {

std::vector<std::shared_ptr<Operation>> Model::operations() const {
  const auto all = layers();
  return {all.begin(), all.end()};
}

LayerPtr Model::get_layer(const std::optional<std::string>& name,
                          std::optional<int64_t> index) const {
  const std::vector<LayerPtr> all = layers();
  if (index && name) {
    raise_value_error({"Provide only a layer name or a layer index. Received: index=",
                       std::to_string(*index), ", name=", *name, "."});
  }
  if (index) {
    const auto count = static_cast<int64_t>(all.size());
    if (*index >= count) {
      raise_value_error({"Was asked to retrieve layer at index ", std::to_string(*index),
                         " but model only has ", std::to_string(count), " layers."});
    }
    if (*index < -count) raise_index_error({"list index out of range"});
    return all[static_cast<size_t>(*index < 0 ? *index + count : *index)];
  }
  if (!name) raise_value_error({"Provide either a layer name or layer index at `get_layer`."});
  std::string names;
  for (const LayerPtr& layer : all) {
    if (layer->name() == *name) return layer;
    append_item(names, repr_string(layer->name()));
  }
  raise_value_error({"No such layer: ", *name, ". Existing layers are: [", names, "]."});
}

void Model::extend_record(json::Object& record) const {
  Layer::extend_record(record);
  record.set("compile_config", compile_config_);
}

void Model::apply_compile_config(const json::Value& config) {
  compile_config_ = config;
  optimizer_built_ = built() && compiled();
}

std::string Model::to_json() const { return json::write(serialize_keras_object(*this)); }

Tree Model::predict_on_batch(const Tree& inputs) {
  // User code may predict while the shapes of an outer layer are inferred.
  const ShapesOnlyScope::Pause pause;
  return plans_.run(inputs, [this](const Tree& values) {
    Tree::Dict kwargs;
    kwargs.set("training", false);
    return apply({values}, std::move(kwargs));
  });
}

const CallSignature& Model::call_signature() const {
  static const CallSignature signature("inputs, training=None, mask=None, **kwargs");
  return signature;
}

std::vector<LayerPtr> Model::sublayers() const {
  std::vector<LayerPtr> out = layers();
  for (const LayerPtr& attached : Layer::sublayers()) out.push_back(attached);
  return out;
}

std::vector<std::pair<std::string, LayerPtr>> Model::saved_children() const {
  return Layer::saved_children();
}

Tree model_from_json(std::string_view text) { return deserialize_keras_object(json::parse(text)); }

}  // namespace keras
