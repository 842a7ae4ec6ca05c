#include "models/cloning/clone_session.h"

#include "base/error.h"
#include "models/cloning/clone_notes.h"
#include "models/functional/functional.h"
#include "models/sequential.h"

namespace keras {
namespace {

LayerPtr layer_of(const Tree& made) {
  return made.is_object() ? std::dynamic_pointer_cast<Layer>(made.as_object()) : nullptr;
}

// Models whose layers clone_model can replace.
bool is_graph_or_stack(const ModelPtr& model) {
  return std::dynamic_pointer_cast<Sequential>(model) ||
         std::dynamic_pointer_cast<Functional>(model);
}

}  // namespace

CloneSession::CloneSession(const CloneOptions& options)
    : options_(options),
      cache_(options.cache != nullptr ? *options.cache : own_cache_),
      first_new_uid_(Object().uid()) {}

Tree CloneSession::replacement_of(const std::shared_ptr<Operation>& original,
                                  const CloneLevel& level, const CloneNested& clone_nested) {
  if (const auto found = cache_.find(original->uid()); found != cache_.end()) return found->second;
  const auto nested = options_.recursive ? std::dynamic_pointer_cast<Model>(original) : nullptr;
  Tree made;
  if (is_graph_or_stack(nested)) {
    made = Tree(
        std::static_pointer_cast<Object>(clone_nested(nested, renamed(nested->name(), nested))));
  } else {
    made = with_note([&] { return cloning_note(*original, level.note_path); },
                     [&] { return make(original, level); });
  }
  cache_.insert_or_assign(original->uid(), made);
  if (options_.on_cached) options_.on_cached(original, made);
  return made;
}

Tree CloneSession::make(const std::shared_ptr<Operation>& original, const CloneLevel& level) {
  std::optional<Tree> made;
  if (options_.clone_function) made = options_.clone_function(original);
  const bool by_hook = made.has_value();
  if (!by_hook) made = make_default(original);
  if (by_hook) rename(*made, original);
  if (const auto layer = std::dynamic_pointer_cast<Layer>(original))
    record(layer, *made, by_hook, level);
  return std::move(*made);
}

Tree CloneSession::make_default(const std::shared_ptr<Operation>& original) const {
  if (!options_.rename) return clone_from_config(original);
  // Set in the config, so that derived names follow: `forward_lstm`, `dense/kernel`.
  json::Object config = original->get_config();
  const std::string name = renamed(original->name(), original);
  config.set("name", name);
  const auto made = original->new_from_config(config);
  // User classes may ignore the name in their config.
  const auto operation = std::dynamic_pointer_cast<Operation>(made);
  if (operation && operation->name() != name) operation->set_name(name);
  return Tree(made);
}

std::string CloneSession::renamed(const std::string& name,
                                  const std::shared_ptr<Operation>& original) const {
  return options_.rename ? options_.rename(name, original) : name;
}

void CloneSession::rename(const Tree& made, const std::shared_ptr<Operation>& original) {
  if (!options_.rename || !made.is_object()) return;
  const auto operation = std::dynamic_pointer_cast<Operation>(made.as_object());
  // Layers that also belong to other models, or that replace several originals, keep their names.
  if (!operation || !is_new(*operation) || !renamed_.insert(operation->uid()).second) return;
  operation->set_name(renamed(operation->name(), original));
}

void CloneSession::record(const LayerPtr& original, const Tree& made, bool by_hook,
                          const CloneLevel& level) {
  if (!options_.copy_weights && options_.report == nullptr && !options_.keep_trainable) return;
  Replacement replacement{.source = original,
                          .target = layer_of(made),
                          .source_path = level.source_prefix + original->name()};
  if (replacement.target) {
    replacement.target_path = level.target_prefix + replacement.target->name();
    if (by_hook)
      replacement.given = given_values(*replacement.target,
                                       replacement.target->built() && !is_new(*replacement.target));
  }
  if (!by_hook) defaults_.push_back(replacements_.size());
  replacements_.push_back(std::move(replacement));
}

void CloneSession::record_models(const ModelPtr& model, const ModelPtr& clone) {
  defaults_.push_back(replacements_.size());
  replacements_.push_back({.source = model, .target = clone});
}

void CloneSession::finish(const ModelPtr& clone) {
  if (options_.copy_weights || options_.report != nullptr) {
    transfer_weights(replacements_, clone, options_.copy_weights, options_.report);
  }
  if (options_.keep_trainable) keep_trainable();
}

void CloneSession::keep_trainable() {
  for (const size_t index : defaults_) {
    const Layer::Variables sources = replacements_[index].source->weights();
    const Layer::Variables targets = replacements_[index].target->weights();
    if (sources.size() != targets.size()) continue;
    for (size_t i = 0; i < sources.size(); ++i) targets[i]->set_trainable(sources[i]->trainable());
  }
}

}  // namespace keras
