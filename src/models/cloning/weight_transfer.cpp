#include "models/cloning/weight_transfer.h"

#include <algorithm>

#include "base/error.h"
#include "base/function_ref.h"
#include "models/cloning/vocabulary_transfer.h"
#include "models/variables_within.h"

namespace keras {
namespace {

// The new value of a variable of the clone.
struct Assignment {
  Variable* target;
  Variable* source;  // null: `value`
  Tensor value;
};

bool fits(const Variable& source, const Variable& target) {
  if (source.shape() != target.shape()) return false;
  return source.dtype() == target.dtype() || (is_float(source.dtype()) && is_float(target.dtype()));
}

std::string described(const Variable& variable) {
  return repr(variable.shape()) + " " + std::string(dtype_name(variable.dtype()));
}

// Decides first and assigns at the end, so that an error changes nothing.
class Transfer {
 public:
  Transfer(const LayerPtr& clone, const std::optional<CopyWeights>& how, WeightReport* report)
      : clone_(clone), how_(how), report_(report) {}

  void add(const Replacement& replacement) {
    const OwnedVariables sources = variables_within(replacement.source, replacement.source_path);
    if (sources.weights.empty() && sources.states.empty()) return;
    if (replacement.target == replacement.source) {
      share(sources.weights);
      share(sources.states);
      return;
    }
    if (!how_) return;
    if (!replacement.target) {
      skip_all(sources, "it has no replacement in the clone");
      return;
    }
    OwnedVariables targets = variables_within(replacement.target, replacement.target_path);
    if (targets.weights.empty() && !sources.weights.empty() && !replacement.target->built()) {
      if (!is_in_clone(*replacement.target)) {
        skip_all(sources, "its replacement is not part of the clone");
        return;
      }
      build_as(*replacement.source, *replacement.target);
      targets = variables_within(replacement.target, replacement.target_path);
    }
    if (targets.weights.empty() && !sources.weights.empty()) {
      for (const OwnedVariable& source : sources.weights) {
        skip(nullptr, &source,
             "its replacement '" + replacement.target->name() + "' (" +
                 std::string(replacement.target->class_info().class_name) + ") has no weights");
      }
    } else if (!sources.weights.empty()) {
      add_weights(replacement, sources.weights, targets.weights);
    }
    add_states(sources.states, targets.states);
  }

  void assign() {
    if (!mismatches_.empty()) throw mismatch_error();
    for (const Assignment& assignment : assignments_) {
      if (!assignment.source) {
        assignment.target->assign(assignment.value);
      } else if (assignment.source->dtype() == assignment.target->dtype()) {
        assignment.target->adopt(assignment.source->stored_value());
      } else {
        assignment.target->assign(assignment.source->stored_value());
      }
    }
  }

  // Variables that no replacement covers are new in the clone.
  void report_fresh() {
    if (!report_) return;
    const OwnedVariables all = variables_within(clone_);
    for (const auto* list : {&all.weights, &all.states}) {
      for (const OwnedVariable& item : *list) {
        if (accounted_.insert(item.variable.get()).second) report_->fresh.push_back(info_of(item));
      }
    }
    for (const LayerPath& item : layers_within(clone_)) {
      if (!item.layer->built() && item.layer->sublayers().empty()) {
        report_->unbuilt.push_back(item.path);
      }
    }
  }

 private:
  void add_weights(const Replacement& replacement, const std::vector<OwnedVariable>& sources,
                   const std::vector<OwnedVariable>& targets) {
    std::unordered_set<const Variable*> own;
    for (const OwnedVariable& source : sources) own.insert(source.variable.get());
    size_t common = 0;
    for (const OwnedVariable& target : targets) common += own.contains(target.variable.get());
    // The replacement contains the original layer; its other weights are new.
    if (common == sources.size()) {
      share(sources);
      return;
    }
    const std::vector<size_t> source_indices = sources_of(sources, targets);
    std::unordered_set<size_t> used;
    for (size_t i = 0; i < targets.size(); ++i) {
      const bool has_source = source_indices[i] < sources.size();
      if (has_source) used.insert(source_indices[i]);
      add_weight(replacement, i, targets[i], source_indices[i],
                 has_source ? &sources[source_indices[i]] : nullptr);
    }
    for (size_t i = 0; i < sources.size(); ++i) {
      if (used.contains(i)) continue;
      mismatch(nullptr, &sources[i], "its replacement has no such weight");
    }
  }

  // For each target the index of its source; sources.size() when there is none.
  static std::vector<size_t> sources_of(const std::vector<OwnedVariable>& sources,
                                        const std::vector<OwnedVariable>& targets) {
    std::vector<size_t> source_indices;
    size_t next = 0;
    for (size_t i = 0; i < targets.size(); ++i) {
      if (sources.size() == targets.size()) {
        source_indices.push_back(i);
        continue;
      }
      size_t found = next;
      while (found < sources.size() &&
             sources[found].variable->name() != targets[i].variable->name())
        ++found;
      source_indices.push_back(found);
      if (found < sources.size()) next = found + 1;
    }
    return source_indices;
  }

  void add_weight(const Replacement& replacement, size_t index, const OwnedVariable& target,
                  size_t source_index, const OwnedVariable* source) {
    if (!accounted_.insert(target.variable.get()).second) {
      skip(nullptr, source,
           "'" + target.path + "' replaces several layers and has the weights of the first");
      return;
    }
    if (replacement.given.contains(target.variable.get())) {
      skip(&target, source, "the clone function assigned it");
      return;
    }
    if (source && fits(*source->variable, *target.variable)) {
      copy(target, *source);
      return;
    }
    if (how_->mismatch == WeightMismatch::kAdapt) {
      const auto adapted = [&] {
        return how_->adapt({replacement.target, index}, replacement.source,
                           source ? std::optional(source_index) : std::nullopt);
      };
      if (adapt(adapted, target, source)) return;
    }
    mismatch(
        &target, source,
        source ? described(*source->variable) + " does not fit into " + described(*target.variable)
               : "the source layer has no such weight");
  }

  bool adapt(FunctionRef<Tensor()> adapted, const OwnedVariable& target,
             const OwnedVariable* source) {
    const auto note = [&] {
      return "While adapting weight '" + target.variable->name() + "' of " +
             describe_layer(info_of(target));
    };
    return with_note(note, [&] {
      const Tensor value = adapted();
      if (!value) return false;
      if (value.shape() != target.variable->shape()) {
        raise_value_error({"The value for a weight of shape ", repr(target.variable->shape()),
                           " has shape ", repr(value.shape())});
      }
      assignments_.push_back({target.variable.get(), nullptr, value});
      if (report_) report_->copied.push_back({info_of(target), info_if(source), true});
      return true;
    });
  }

  // Mismatched random states are not errors: they are copied where possible.
  void add_states(const std::vector<OwnedVariable>& sources,
                  const std::vector<OwnedVariable>& targets) {
    for (size_t i = 0; i < targets.size(); ++i) {
      if (!accounted_.insert(targets[i].variable.get()).second) continue;
      const OwnedVariable* source = i < sources.size() ? &sources[i] : nullptr;
      if (sources.size() != targets.size()) {
        skip(&targets[i], source,
             "the two layers have different numbers of random number generators");
      } else if (seed_of(*source->owner) != seed_of(*targets[i].owner)) {
        skip(&targets[i], source, "the layer has another seed");
      } else {
        copy(targets[i], *source);
      }
    }
  }

  static json::Value seed_of(const Layer& layer) {
    const json::Object config = layer.get_config();
    const json::Value* seed = config.find("seed");
    return seed ? *seed : json::Value();
  }

  // For models that derive their shapes from the first call, whereas the source's
  // layers have theirs.
  static void build_as(const Layer& source, Layer& target) {
    if (!source.build_shapes()) return;
    const auto note = [&] {
      return "While building layer '" + target.name() + "' (" +
             std::string(target.class_info().class_name) + ") for the shapes of '" + source.name() +
             "'";
    };
    with_note(note, [&] { target.build(*source.build_shapes()); });
  }

  void copy(const OwnedVariable& target, const OwnedVariable& source) {
    assignments_.push_back({target.variable.get(), source.variable.get(), Tensor()});
    if (report_) report_->copied.push_back({info_of(target), info_of(source), false});
  }

  void share(const std::vector<OwnedVariable>& variables) {
    for (const OwnedVariable& item : variables) {
      if (accounted_.insert(item.variable.get()).second && report_) {
        report_->shared.push_back(info_of(item));
      }
    }
  }

  void skip(const OwnedVariable* target, const OwnedVariable* source, std::string reason) {
    if (report_) report_->skipped.push_back({info_if(target), info_if(source), std::move(reason)});
  }

  static std::optional<WeightInfo> info_if(const OwnedVariable* item) {
    return item ? std::optional(info_of(*item)) : std::nullopt;
  }

  bool is_in_clone(const Layer& layer) {
    if (in_clone_.empty()) {
      for (const LayerPath& item : layers_within(clone_)) in_clone_.insert(item.layer.get());
    }
    return in_clone_.contains(&layer);
  }

  void skip_all(const OwnedVariables& sources, const std::string& reason) {
    for (const auto* list : {&sources.weights, &sources.states}) {
      for (const OwnedVariable& source : *list) skip(nullptr, &source, reason);
    }
  }

  void mismatch(const OwnedVariable* target, const OwnedVariable* source,
                const std::string& reason) {
    if (how_->mismatch == WeightMismatch::kError) {
      mismatches_.push_back(mismatch_line(target, source));
    } else {
      skip(target, source, reason);
    }
  }

  static std::string mismatch_line(const OwnedVariable* target, const OwnedVariable* source) {
    const OwnedVariable& named = target ? *target : *source;
    std::string line =
        "weight '" + named.variable->name() + "' of " + describe_layer(info_of(named));
    line += " is " + (source ? described(*source->variable) : "missing") + " in the model";
    line += source && target && target->owner->name() != source->owner->name()
                ? ", in " + describe_layer(info_of(*source)) + ","
                : "";
    return line + " and " + (target ? described(*target->variable) : "missing") + " in the clone";
  }

  Error mismatch_error() const {
    std::string message = "The weights of the model do not fit the clone:";
    constexpr size_t kShown = 20;
    for (size_t i = 0; i < std::min(kShown, mismatches_.size()); ++i)
      message += "\n- " + mismatches_[i];
    if (mismatches_.size() > kShown) {
      message += "\n- and " + std::to_string(mismatches_.size() - kShown) + " more";
    }
    return value_error(message +
                       "\nWith `mismatch: 'skip'` such weights keep their initialized values; a "
                       "function can compute them.");
  }

  const LayerPtr& clone_;
  const std::optional<CopyWeights>& how_;
  WeightReport* report_;
  std::unordered_set<const Layer*> in_clone_;
  std::unordered_set<const Variable*> accounted_;
  std::vector<Assignment> assignments_;
  std::vector<std::string> mismatches_;
};

}  // namespace

std::unordered_set<const Variable*> given_values(Layer& layer, bool was_built_before) {
  std::unordered_set<const Variable*> given;
  for (const auto& variable : layer.weights()) {
    if (was_built_before || !variable->is_initial()) given.insert(variable.get());
  }
  return given;
}

void transfer_weights(const std::vector<Replacement>& replacements, const LayerPtr& clone,
                      const std::optional<CopyWeights>& how, WeightReport* report) {
  Transfer transfer(clone, how, report);
  for (const Replacement& replacement : replacements) transfer.add(replacement);
  transfer.report_fresh();
  transfer.assign();
  if (how) transfer_vocabularies(replacements);
}

}  // namespace keras
