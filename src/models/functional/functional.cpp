#include "models/functional/functional.h"

#include <algorithm>

#include "base/error.h"
#include "base/naming.h"
#include "base/sort.h"
#include "base/warning.h"
#include "json/repr.h"
#include "layers/core/input_layer.h"
#include "models/functional/graph_cut.h"

namespace keras {

constinit const ClassInfo kFunctionalClass{.module = "keras.src.models.functional",
                                           .class_name = "Functional",
                                           .registered_name = "Functional",
                                           .family = Family::kModel,
                                           .create = &create_new<Functional, kFunctionalClass>};

namespace {

// The class that `Model.from_config` creates. Its constructor also accepts no graph, but then no
// other arguments either.
class FunctionalOfModel final : public Functional {
 protected:
  Error without_graph(const json::Object& config) const override {
    json::Object rest = config;
    for (const char* known : {"name", "trainable", "dtype"}) rest.erase(known);
    return value_error("Unrecognized keyword arguments passed to Model: " +
                       repr(json::Value(rest)));
  }
};

}  // namespace

// Users see Keras's Model as one class: with inputs and outputs it creates a Functional.
constinit const ClassInfo kModelClass{.module = "keras",
                                      .class_name = "Model",
                                      .registered_name = "",
                                      .family = Family::kModel,
                                      .create = &create_new<FunctionalOfModel, kFunctionalClass>};

std::shared_ptr<Functional> Functional::new_from_graph(Tree inputs, Tree outputs,
                                                       std::optional<std::string> name) const {
  return make_functional(std::move(inputs), std::move(outputs), std::move(name), {}, &class_info());
}

std::shared_ptr<Functional> make_functional(Tree inputs, Tree outputs,
                                            std::optional<std::string> name,
                                            std::optional<bool> trainable, const ClassInfo* info) {
  auto model = make_object<Functional>(*info);
  model->define(std::move(inputs), std::move(outputs), std::move(name), trainable);
  return model;
}

void Functional::define(Tree inputs, Tree outputs, std::optional<std::string> name,
                        std::optional<bool> trainable) {
  if (inputs.is_dict()) {
    for (const auto& [key, value] : inputs.as_dict().members) {
      const auto* info = value.is_tensor() ? keras_tensor_info(value.as_tensor()) : nullptr;
      if (info == nullptr || info->name == key) continue;
      warn(
          "When providing `inputs` as a dict, all keys in the dict must match the names of the "
          "corresponding tensors. Received key '" +
          key + "' mapping to value " + repr(value) + " which has name '" + info->name +
          "'. Change the tensor name to '" + key + "' (via `Input(..., name='" + key + "')`)");
    }
  }
  cut_graph(inputs, outputs);
  // Keras takes the automatic name before it looks at the graph.
  name_ = name ? *name : auto_name(class_info().class_name);
  check_name();
  dtype_policy_ = get_dtype_policy(nullptr);
  graph_ = Graph(std::move(inputs), std::move(outputs));
  for (const auto& operation : graph_.operations()) {
    if (const auto* layer = dynamic_cast<const Layer*>(operation.get())) count_levels(*layer);
  }
  if (trainable) trainable_ = *trainable;
  built_ = true;
  build_shapes_ = BuildShapes{{{"input_shape", ShapeTree()}}};
}

void Functional::extend_record(json::Object& record) const {
  record.set("build_config", json::Object{{"input_shape", nullptr}});
  record.set("compile_config", compile_config_);
}

std::vector<LayerPtr> Functional::layers() const {
  std::vector<LayerPtr> out;
  for (const auto& operation : graph_.operations()) {
    if (auto layer = std::dynamic_pointer_cast<Layer>(operation)) out.push_back(std::move(layer));
  }
  return out;
}

std::vector<std::string> Functional::output_names() const {
  std::vector<std::string> names;
  for (const Tensor& output : graph_.outputs()) {
    names.push_back(keras_tensor_info(output)->node->operation()->name());
  }
  return names;
}

namespace {

InputSpec spec_of(const Tensor& tensor, const std::string& name) {
  const KerasTensorInfo* info = keras_tensor_info(tensor);
  const auto* layer = dynamic_cast<const InputLayer*>(info->node->operation());
  Shape shape = tensor.shape();
  if (!shape.empty()) shape[0] = kNone;
  return {.shape = shape,
          .allow_last_axis_squeeze = true,
          .name = name.empty() ? info->node->operation()->name() : name,
          .optional = layer != nullptr && layer->optional()};
}

}  // namespace

const InputSpecs& Functional::input_specs() {
  if (!input_specs_.empty()) return input_specs_;  // set explicitly
  if (specs_) return *specs_;
  specs_.emplace();
  if (input().is_dict()) {
    std::vector<Tree::Member> members = input().as_dict().members;
    const bool plain = std::all_of(members.begin(), members.end(),
                                   [](const Tree::Member& m) { return m.second.is_tensor(); });
    if (!plain) return *specs_;  // deeply nested: Keras skips the check
    sort_stably(members, [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [name, tensor] : members) specs_->push_back(spec_of(tensor.as_tensor(), name));
    return *specs_;
  }
  for (const Tensor& tensor : inputs()) specs_->push_back(spec_of(tensor, ""));
  return *specs_;
}

void Functional::check_optional_inputs(const Tree& inputs) const {
  const std::vector<Tree> leaves = flatten(inputs);
  for (size_t i = 0; i < std::min(leaves.size(), graph_.inputs().size()); ++i) {
    if (!leaves[i].is_none()) continue;
    const KerasTensorInfo* info = keras_tensor_info(graph_.inputs()[i]);
    const auto* layer = dynamic_cast<const InputLayer*>(info->node->operation());
    if (layer != nullptr && !layer->optional()) {
      raise_value_error({"The input '", info->name,
                         "' is not optional, but None was passed. Please provide a valid tensor."});
    }
  }
}

void Functional::check_input_compatibility(const Tree& first_argument) {
  check_optional_inputs(first_argument);
  Layer::check_input_compatibility(first_argument);
}

}  // namespace keras
