#include "saving/weight_store.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/error.h"
#include "base/lists.h"
#include "base/naming.h"
#include "base/sort.h"
#include "base/warning.h"
#include "json/repr.h"
#include "layers/delegate.h"
#include "ops/numpy.h"
#include "saving/saved_objects.h"

namespace keras {
namespace {

constexpr const char* kNeverBuiltHelp =
    "In most cases, this error indicates that either:\n\n"
    "1. The layer is owned by a parent layer that implements a `build()` method, but calling "
    "the parent's `build()` method did NOT create the state of the child layer '%'. A "
    "`build()` method must create ALL state for the layer, including the state of any "
    "children layers.\n\n"
    "2. You need to implement the `def build_from_config(self, config)` method on layer '%', "
    "to specify how to rebuild it during loading. In this case, you might also want to "
    "implement the method that generates the build config at saving time, `def "
    "get_build_config(self)`. The method `build_from_config()` is meant to create the state "
    "of the layer (i.e. its variables) upon deserialization.";

std::string with_name(std::string text, const std::string& name) {
  for (size_t at = text.find('%'); at != text.npos; at = text.find('%', at + name.size())) {
    text.replace(at, 1, name);
  }
  return text;
}

void check_count(const Layer& layer, const Layer::Variables& variables, size_t count) {
  if (count == variables.size()) return;
  if (variables.empty() && !layer.built()) {
    raise_value_error({"Layer '", layer.name(),
                       "' was never built and thus it doesn't have any "
                       "variables. However the weights file lists ",
                       std::to_string(count), " variables for this layer.\n",
                       with_name(kNeverBuiltHelp, layer.name())});
  }
  std::string names;
  for (const auto& variable : variables) {
    names += (names.empty() ? "" : ", ") + repr_string(variable->name());
  }
  raise_value_error({"Layer '", layer.name(), "' expected ", std::to_string(variables.size()),
                     " variables, but received ", std::to_string(count),
                     " variables during loading. Expected: [", names, "]"});
}

// Errors raised by user code are not file errors; they are rethrown unchanged.
bool is_file_error(const Error& error) {
  return error.kind() != ErrorKind::kJsError && error.kind() != ErrorKind::kInternalError;
}

struct LoadFailure {
  LayerPtr layer;
  std::string message;
  size_t order = 0;
};

std::string failure_text(const std::vector<LoadFailure>& failures) {
  std::string list;
  for (const LoadFailure& failure : failures) append_item(list, failure.layer->python_repr());
  const LoadFailure& first = failures.front();
  return "A total of " + std::to_string(failures.size()) +
         " objects could not be loaded. Example error message for object " +
         first.layer->python_repr() + ":\n\n" + first.message +
         "\n\nList of objects that could not be loaded:\n[" + list + "]";
}

// Keras's _load_state: a failure does not count when the object is loaded from a later path.
class Loading {
 public:
  Loading(WeightSource& source, const LoadOptions& options) : source_(source), options_(options) {
    loaded_.insert(options.skip.begin(), options.skip.end());
  }

  void visit(const LayerPtr& layer, const std::string& path) {
    if (loaded_.contains(layer.get()) || !open_.insert(layer.get()).second) return;
    const bool fits = load(*layer, path);
    const size_t before = failures_.size();
    visit_children(*layer, path);
    open_.erase(layer.get());
    if (!fits) return;
    if (failures_.size() <= before) loaded_.insert(layer.get());
    failures_.erase(layer.get());
  }

  // In the order in which they occurred.
  std::vector<LoadFailure> failures() const {
    std::vector<LoadFailure> sorted;
    for (const auto& [layer, failure] : failures_) sorted.push_back(failure);
    sort_stably(sorted,
                [](const LoadFailure& a, const LoadFailure& b) { return a.order < b.order; });
    return sorted;
  }

 private:
  bool load(Layer& layer, const std::string& path) {
    try {
      load_own_variables(layer, source_.read(path));
      return true;
    } catch (const Error& error) {
      if (!is_file_error(error) && !options_.skip_mismatch) throw;
      LoadFailure& failure = failures_[&layer];
      if (failure.layer == nullptr) {
        failure.layer = std::static_pointer_cast<Layer>(layer.shared_from_this());
        failure.order = order_++;
      }
      failure.message = error.what();
      return false;
    }
  }

  void visit_children(const Layer& layer, const std::string& path) {
    const std::vector<SavedObject> children = saved_children_of(layer);
    for (size_t i = 0; i < children.size();) {
      const std::string container = nested_container(children[i].path);
      size_t end = i + 1;
      while (!container.empty() && end < children.size() &&
             nested_container(children[end].path) == container) {
        ++end;
      }
      const std::string group = join_path(path, container);
      const bool missing = !container.empty() && !source_.has_group(group);
      const Failures before = missing ? failures_ : Failures();
      for (; i < end; ++i) visit(children[i].layer, join_path(path, children[i].path));
      if (!missing) continue;
      const bool failed = failures_.size() > before.size();
      failures_ = before;
      if (failed) warn_of_missing(group);
    }
  }

  static void warn_of_missing(const std::string& group) {
    warn("Skipping nested container at '" + group +
         "': no matching group found in the saved file. "
         "This usually means the file was saved with a Keras version that did not serialize "
         "sublayers nested inside containers. Affected layers will retain their "
         "freshly-initialized weights.");
  }

  WeightSource& source_;
  const LoadOptions& options_;
  std::set<const Layer*> loaded_;
  std::set<const Layer*> open_;
  using Failures = std::unordered_map<const Layer*, LoadFailure>;
  Failures failures_;
  size_t order_ = 0;
};

}  // namespace

NamedTensors own_variables(const Layer& layer) {
  const auto* custom = dynamic_cast<const CustomSaving*>(&layer);
  if (custom != nullptr && custom->saves_own_variables()) return custom->saved_variables();
  return saved_weights(layer);
}

namespace {

// The interface of the built-in class that a class defined outside the core extends.
CustomSaving* inherited_saving(const Layer& layer) {
  const auto* outer = dynamic_cast<const Delegate*>(&layer);
  return outer == nullptr ? nullptr : layer_as<CustomSaving>(outer->delegate().get());
}

}  // namespace

NamedTensors saved_weights(const Layer& layer) {
  if (const CustomSaving* inner = inherited_saving(layer)) return inner->saved_variables();
  const SavedState state = layer.saved_state();
  const SavedState::Values merged =
      state.merged_values ? state.merged_values() : SavedState::Values();
  NamedTensors values;
  for (const auto& variable : state.variables) {
    const auto found = std::find_if(merged.begin(), merged.end(),
                                    [&](const auto& entry) { return entry.first == variable; });
    values.emplace_back(std::to_string(values.size()),
                        found == merged.end() ? variable->stored_value() : found->second);
  }
  return values;
}

void load_own_variables(Layer& layer, const NamedTensors& store) {
  auto* custom = dynamic_cast<CustomSaving*>(&layer);
  if (custom != nullptr && custom->loads_own_variables()) {
    custom->load_variables(store);
  } else {
    load_saved_weights(layer, store);
  }
}

void load_saved_weights(Layer& layer, const NamedTensors& store) {
  if (CustomSaving* inner = inherited_saving(layer)) return inner->load_variables(store);
  const SavedState state = layer.saved_state();
  const SavedState::Variables& variables = state.variables;
  if (state.lora_factors.empty()) check_count(layer, layer.own_weights(), store.size());
  for (size_t i = 0; i < variables.size(); ++i) {
    const std::string name = std::to_string(i);
    const auto found = std::find_if(store.begin(), store.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    if (found == store.end()) raise_key_error({repr_string(name)});
    const Tensor& value = found->second;
    // Values of the variable's dtype are used without a copy; others are converted.
    if (value.shape() == variables[i]->shape() && value.dtype() == variables[i]->dtype()) {
      variables[i]->adopt(value);
    } else {
      variables[i]->assign(value);
    }
  }
  for (const auto& factor : state.lora_factors) {
    factor->assign(ops::zeros(factor->shape(), factor->dtype()));
  }
}

void take_names_of_visits(size_t visited) {
  for (size_t i = 0; i < visited; ++i) get_uid("layer");
}

std::vector<std::string> load_weights(const LayerPtr& root, WeightSource& source,
                                      const LoadOptions& options) {
  Loading loading(source, options);
  loading.visit(root, "");
  std::vector<std::string> names;
  const auto failures = loading.failures();
  for (const LoadFailure& failure : failures) names.push_back(failure.layer->name());
  if (names.empty()) return names;
  const std::string sentence = failure_text(failures);
  if (!options.skip_mismatch) raise_value_error({sentence});
  warn(sentence);
  return names;
}

// --- Assets ---

std::vector<LayerAssets> saved_assets(const LayerPtr& root) {
  std::vector<LayerAssets> all;
  for (const SavedObject& object : saved_objects(root)) {
    const auto* holder = layer_as<AssetHolder>(object.layer.get());
    if (holder != nullptr) all.push_back({object.path, holder->saved_assets()});
  }
  return all;
}

std::vector<std::string> asset_paths(const LayerPtr& root) {
  std::vector<std::string> paths;
  for (const SavedObject& object : saved_objects(root)) {
    if (layer_as<AssetHolder>(object.layer.get()) != nullptr) paths.push_back(object.path);
  }
  return paths;
}

void load_assets(const LayerPtr& root, const std::vector<LayerAssets>& assets) {
  std::vector<LoadFailure> failures;
  for (const SavedObject& object : saved_objects(root)) {
    auto* holder = layer_as<AssetHolder>(object.layer.get());
    if (holder == nullptr) continue;
    const auto found = std::find_if(assets.begin(), assets.end(), [&](const LayerAssets& each) {
      return each.path == object.path;
    });
    try {
      holder->load_assets(found == assets.end() ? AssetFiles() : found->files,
                          join_path("assets", object.path));
    } catch (const Error& error) {
      if (!is_file_error(error)) throw;
      failures.push_back({object.layer, error.what()});
    }
  }
  if (!failures.empty()) raise_value_error({failure_text(failures)});
}

}  // namespace keras
