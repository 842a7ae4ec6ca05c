#include "models/cloning/weight_transfer.h"

#include <algorithm>

#include "base/error.h"
#include "base/function_ref.h"
#include "models/placed_variables.h"

namespace keras {
namespace {

// A value that a variable of the clone will get.
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

  void add(const LayerPair& pair) {
    const PlacedVariables sources = placed_variables(pair.source, pair.source_place);
    if (sources.weights.empty() && sources.states.empty()) return;
    if (pair.target == pair.source) {
      share(sources.weights);
      share(sources.states);
      return;
    }
    if (!how_) return;
    if (!pair.target) {
      skip_all(sources, "no layer stands for it in the clone");
      return;
    }
    PlacedVariables targets = placed_variables(pair.target, pair.target_place);
    if (targets.weights.empty() && !sources.weights.empty() && !pair.target->built()) {
      if (!is_in_clone(*pair.target)) {
        skip_all(sources, "the layer that stands for it is not part of the clone");
        return;
      }
      build_as(*pair.source, *pair.target);
      targets = placed_variables(pair.target, pair.target_place);
    }
    if (targets.weights.empty() && !sources.weights.empty()) {
      for (const PlacedVariable& source : sources.weights) {
        skip(nullptr, &source,
             "the layer that stands for it, '" + pair.target->name() + "' (" +
                 std::string(pair.target->class_info().class_name) + "), has no weights");
      }
    } else if (!sources.weights.empty()) {
      add_weights(pair, sources.weights, targets.weights);
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

  // What no pair accounts for is new in the clone.
  void report_fresh() {
    if (!report_) return;
    const PlacedVariables all = placed_variables(clone_);
    for (const auto* list : {&all.weights, &all.states}) {
      for (const PlacedVariable& placed : *list) {
        if (accounted_.insert(placed.variable.get()).second)
          report_->fresh.push_back(info_of(placed));
      }
    }
    for (const PlacedLayer& placed : layers_within(clone_)) {
      if (!placed.layer->built() && placed.layer->sublayers().empty()) {
        report_->unbuilt.push_back(placed.place);
      }
    }
  }

 private:
  void add_weights(const LayerPair& pair, const std::vector<PlacedVariable>& sources,
                   const std::vector<PlacedVariable>& targets) {
    std::unordered_set<const Variable*> own;
    for (const PlacedVariable& source : sources) own.insert(source.variable.get());
    size_t common = 0;
    for (const PlacedVariable& target : targets) common += own.contains(target.variable.get());
    // The layer itself is part of what stands for it; the rest is new.
    if (common == sources.size()) {
      share(sources);
      return;
    }
    const std::vector<size_t> partners = partners_of(sources, targets);
    std::unordered_set<size_t> used;
    for (size_t i = 0; i < targets.size(); ++i) {
      const bool has_partner = partners[i] < sources.size();
      if (has_partner) used.insert(partners[i]);
      add_weight(pair, i, targets[i], partners[i], has_partner ? &sources[partners[i]] : nullptr);
    }
    for (size_t i = 0; i < sources.size(); ++i) {
      if (used.contains(i)) continue;
      mismatch(nullptr, &sources[i], "the layer that stands for it has no such weight");
    }
  }

  // For each target the place of its partner, or the number of sources for none.
  static std::vector<size_t> partners_of(const std::vector<PlacedVariable>& sources,
                                         const std::vector<PlacedVariable>& targets) {
    std::vector<size_t> partners;
    size_t next = 0;
    for (size_t i = 0; i < targets.size(); ++i) {
      if (sources.size() == targets.size()) {
        partners.push_back(i);
        continue;
      }
      size_t found = next;
      while (found < sources.size() &&
             sources[found].variable->name() != targets[i].variable->name())
        ++found;
      partners.push_back(found);
      if (found < sources.size()) next = found + 1;
    }
    return partners;
  }

  void add_weight(const LayerPair& pair, size_t index, const PlacedVariable& target,
                  size_t source_index, const PlacedVariable* source) {
    if (!accounted_.insert(target.variable.get()).second) {
      skip(nullptr, source,
           "'" + target.place + "' stands for several layers, and has the weights of the first");
      return;
    }
    if (pair.given.contains(target.variable.get())) {
      skip(&target, source, "the clone function gave it a value");
      return;
    }
    if (source && fits(*source->variable, *target.variable)) {
      copy(target, *source);
      return;
    }
    if (how_->mismatch == WeightMismatch::kAdapt) {
      const auto adapted = [&] {
        return how_->adapt({pair.target, index}, pair.source,
                           source ? std::optional(source_index) : std::nullopt);
      };
      if (adapt(adapted, target, source)) return;
    }
    mismatch(
        &target, source,
        source ? described(*source->variable) + " does not fit into " + described(*target.variable)
               : "the source layer has no such weight");
  }

  bool adapt(FunctionRef<Tensor()> adapted, const PlacedVariable& target,
             const PlacedVariable* source) {
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

  // Random states are nobody's fault: they are carried where they can be.
  void add_states(const std::vector<PlacedVariable>& sources,
                  const std::vector<PlacedVariable>& targets) {
    for (size_t i = 0; i < targets.size(); ++i) {
      if (!accounted_.insert(targets[i].variable.get()).second) continue;
      const PlacedVariable* source = i < sources.size() ? &sources[i] : nullptr;
      if (sources.size() != targets.size()) {
        skip(&targets[i], source,
             "the two layers have different numbers of random number generators");
      } else if (seed_of(*source->owner) != seed_of(*targets[i].owner)) {
        skip(&targets[i], source, "the layer was given another seed");
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

  // For models that get their shapes when they are first called, though the source's layers have
  // theirs.
  static void build_as(const Layer& source, Layer& target) {
    if (!source.build_shapes()) return;
    const auto note = [&] {
      return "While building layer '" + target.name() + "' (" +
             std::string(target.class_info().class_name) + ") for the shapes of '" + source.name() +
             "'";
    };
    with_note(note, [&] { target.build(*source.build_shapes()); });
  }

  void copy(const PlacedVariable& target, const PlacedVariable& source) {
    assignments_.push_back({target.variable.get(), source.variable.get(), Tensor()});
    if (report_) report_->copied.push_back({info_of(target), info_of(source), false});
  }

  void share(const std::vector<PlacedVariable>& variables) {
    for (const PlacedVariable& placed : variables) {
      if (accounted_.insert(placed.variable.get()).second && report_) {
        report_->shared.push_back(info_of(placed));
      }
    }
  }

  void skip(const PlacedVariable* target, const PlacedVariable* source, std::string reason) {
    if (report_) report_->skipped.push_back({info_if(target), info_if(source), std::move(reason)});
  }

  static std::optional<WeightInfo> info_if(const PlacedVariable* placed) {
    return placed ? std::optional(info_of(*placed)) : std::nullopt;
  }

  bool is_in_clone(const Layer& layer) {
    if (in_clone_.empty()) {
      for (const PlacedLayer& placed : layers_within(clone_)) in_clone_.insert(placed.layer.get());
    }
    return in_clone_.contains(&layer);
  }

  void skip_all(const PlacedVariables& sources, const std::string& reason) {
    for (const auto* list : {&sources.weights, &sources.states}) {
      for (const PlacedVariable& source : *list) skip(nullptr, &source, reason);
    }
  }

  void mismatch(const PlacedVariable* target, const PlacedVariable* source,
                const std::string& reason) {
    if (how_->mismatch == WeightMismatch::kError) {
      mismatches_.push_back(mismatch_line(target, source));
    } else {
      skip(target, source, reason);
    }
  }

  static std::string mismatch_line(const PlacedVariable* target, const PlacedVariable* source) {
    const PlacedVariable& named = target ? *target : *source;
    std::string line =
        "weight '" + named.variable->name() + "' of " + describe_layer(info_of(named));
    line += " is " + (source ? described(*source->variable) : "missing") + " in the model";
    line += source && target && target->owner->name() != source->owner->name()
                ? ", in " + describe_layer(info_of(*source)) + ","
                : "";
    return line + " and " + (target ? described(*target->variable) : "missing") + " in the clone";
  }

  Error mismatch_error() const {
    std::string message = "The weights of the model do not fit into the clone:";
    constexpr size_t kShown = 20;
    for (size_t i = 0; i < std::min(kShown, mismatches_.size()); ++i)
      message += "\n- " + mismatches_[i];
    if (mismatches_.size() > kShown) {
      message += "\n- and " + std::to_string(mismatches_.size() - kShown) + " more";
    }
    return value_error(message +
                       "\nWith mismatch 'skip' such weights are left as they were initialized; a "
                       "function can give them values.");
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

void transfer_weights(const std::vector<LayerPair>& pairs, const LayerPtr& clone,
                      const std::optional<CopyWeights>& how, WeightReport* report) {
  Transfer transfer(clone, how, report);
  for (const LayerPair& pair : pairs) transfer.add(pair);
  transfer.report_fresh();
  transfer.assign();
}

}  // namespace keras
