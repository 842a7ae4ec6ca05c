#include "models/diff/diff.h"

#include <algorithm>
#include <deque>
#include <set>

#include "models/diff/call_match.h"
#include "models/diff/diff_match.h"
#include "models/diff/diff_values.h"
#include "models/functional/functional.h"
#include "models/sequential.h"

namespace keras {
namespace {

using Kind = LayerChange::Kind;

void compare_values(const json::Value& a, const json::Value& b, const std::string& key,
                    std::vector<ValueChange>& changes) {
  compare_values(&a, &b, key, changes);
}

// The model's config without its layers and their wiring.
std::optional<json::Object> own_config(const Model& model) {
  const ClassInfo* info = &model.class_info();
  if (info == &kFunctionalClass || info == &kSequentialClass) {
    // Writing all layers just to drop them would be quadratic in the depth of nested models.
    return json::Object{{"trainable", model.trainable()}};
  }
  auto config = config_without_name(model);
  if (!config) return config;
  for (const char* key : {"layers", "input_layers", "output_layers", "build_input_shape"}) {
    config->erase(key);
  }
  return config;
}

// Two models and their matching operations.
struct Matching {
  Matching(const Model& from, const Model& to)
      : a(from), b(to), matches(match_operations(a, b)), calls(match_calls(a, b, matches)) {}

  ModelCalls a, b;
  std::vector<int> matches;  // indices in b of the operations of a; -1 without a match
  std::vector<std::vector<int>> calls;

  // The number of the matching call.
  int call_in_b(int operation, int call) const {
    return calls[static_cast<size_t>(operation)][static_cast<size_t>(call)];
  }

  // The source in terms of b's indices: equal for equal tensors.
  json::Value in_a(const ModelCalls::Source& source) const {
    const int match = matches[static_cast<size_t>(source.operation)];
    if (match < 0) return {};
    return in_b({match, call_in_b(source.operation, source.call), source.output});
  }
  static json::Value in_b(const ModelCalls::Source& source) {
    return json::Array{source.operation, source.call, source.output};
  }
};

template <class Write>
json::Value ends(const Tree& structure, const Write& write) {
  if (structure.is_sequence()) {
    json::Array items;
    for (const Tree& item : structure.items()) items.push_back(ends(item, write));
    return items;
  }
  if (structure.is_dict()) {
    json::Object members;
    for (const auto& [key, item] : structure.as_dict().members) members.set(key, ends(item, write));
    return members;
  }
  return write(structure.as_tensor());
}

void compare_ends(const Matching& matching, const Tree* a, const Tree* b, const char* key,
                  std::vector<ValueChange>& changes) {
  if (a == nullptr || b == nullptr) return;
  const auto sources_a =
      ends(*a, [&](const Tensor& t) { return matching.in_a(matching.a.source(t)); });
  const auto sources_b =
      ends(*b, [&](const Tensor& t) { return Matching::in_b(matching.b.source(t)); });
  if (sources_a == sources_b) return;
  const auto labels = [](const ModelCalls& model, const Tree& structure) {
    return ends(structure,
                [&](const Tensor& t) { return json::Value(model.label(model.source(t))); });
  };
  changes.push_back({key, labels(matching.a, *a), labels(matching.b, *b)});
}

std::optional<CallLabels> labels_of_calls(const ModelCalls& model, int index) {
  if (model.wiring() == ModelCalls::Wiring::kUnknown) return std::nullopt;
  CallLabels labels;
  for (const ModelCalls::Call& call : model.calls(index)) {
    auto& row = labels.emplace_back();
    for (const auto& source : call) row.push_back(model.label(source));
  }
  return labels;
}

bool same_calls(const Matching& matching, int i, int j) {
  const auto& a = matching.a.calls(i);
  const auto& b = matching.b.calls(j);
  const auto same_source = [&](const ModelCalls::Source& left, const ModelCalls::Source& right) {
    return matching.in_a(left) == Matching::in_b(right);
  };
  if (a.size() != b.size()) return false;
  for (size_t call = 0; call < a.size(); ++call) {
    const auto match = static_cast<size_t>(matching.call_in_b(i, static_cast<int>(call)));
    if (!std::ranges::equal(a[call], b[match], same_source)) return false;
  }
  return true;
}

void compare_arguments(const json::Value& a, const json::Value& b, const std::string& key,
                       std::vector<ValueChange>& changes) {
  const json::Array& args_a = a.find("args")->as_array();
  const json::Array& args_b = b.find("args")->as_array();
  for (size_t i = 0; i < std::max(args_a.size(), args_b.size()); ++i) {
    compare_values(i < args_a.size() ? &args_a[i] : nullptr,
                   i < args_b.size() ? &args_b[i] : nullptr,
                   key + ".args[" + std::to_string(i) + "]", changes);
  }
  compare_values(*a.find("kwargs"), *b.find("kwargs"), key + ".kwargs", changes);
}

void compare_wiring(const Matching& matching, int i, int j, LayerChange& change) {
  if (matching.a.wiring() != matching.b.wiring()) return;
  if (!same_calls(matching, i, j)) {
    change.from_inputs = labels_of_calls(matching.a, i);
    change.to_inputs = labels_of_calls(matching.b, j);
  }
  if (!matching.a.has_constants(i) && !matching.b.has_constants(j)) return;
  const json::Array a = matching.a.constants(i);
  const json::Array b = matching.b.constants(j);
  for (size_t c = 0; c < a.size() && a.size() == b.size(); ++c) {
    const auto match = static_cast<size_t>(matching.call_in_b(i, static_cast<int>(c)));
    compare_arguments(a[c], b[match], "calls[" + std::to_string(c) + "]", change.config);
  }
}

// Nested models are queued instead of recursed into, so depth is unlimited.
class Comparison {
 public:
  explicit Comparison(bool weights) : with_weights_(weights) {}

  ModelChanges run(const std::shared_ptr<Model>& a, const std::shared_ptr<Model>& b) {
    levels_.push_back({a, b, "", "", {.class_name = std::string(b->class_info().class_name)}, {}});
    std::vector<ValueChange>& own = levels_.front().self.config;
    compare_values(a->name(), b->name(), "name", own);
    compare_values(a->compile_config(), b->compile_config(), "compile_config", own);
    for (size_t i = 0; i < levels_.size(); ++i) compare(levels_[i]);
    ModelChanges result;
    result.model = std::move(levels_.front().self);
    collect(result.layers);
    result.same_layers = same_layers_;
    result.same_weights = same_weights_;
    return result;
  }

 private:
  // Two matched models and their differences: changed layers, and nested levels by index.
  struct Level {
    std::shared_ptr<Model> a, b;
    std::string prefix_a, prefix_b;  // of layer paths
    LayerChange self;
    struct Row {
      LayerChange change{};
      int level = -1;
    };
    std::vector<Row> rows;
  };

  void compare(Level& level) {
    const Matching matching(*level.a, *level.b);
    compare_ends(matching, matching.a.inputs(), matching.b.inputs(), "inputs", level.self.config);
    compare_ends(matching, matching.a.outputs(), matching.b.outputs(), "outputs",
                 level.self.config);
    compare_configs(*level.a, *level.b, own_config(*level.a), own_config(*level.b), level.self);
    compare_weights_of(*level.a, *level.b, true, level.self);

    std::vector<int> matches_of_b(static_cast<size_t>(matching.b.size()), -1);
    // Removed layers, by the position in b after the match of the preceding layer.
    std::vector<std::vector<int>> removed(static_cast<size_t>(matching.b.size()) + 1);
    size_t position = 0;
    for (int i = 0; i < matching.a.size(); ++i) {
      const int match = matching.matches[static_cast<size_t>(i)];
      if (match < 0) {
        removed[position].push_back(i);
        continue;
      }
      matches_of_b[static_cast<size_t>(match)] = i;
      position = static_cast<size_t>(match) + 1;
    }
    for (int j = 0; j <= matching.b.size(); ++j) {
      for (const int i : removed[static_cast<size_t>(j)]) add_removed(level, matching.a, i);
      if (j == matching.b.size()) break;
      const int i = matches_of_b[static_cast<size_t>(j)];
      if (i < 0) {
        add_added(level, matching.b, j);
      } else {
        add_match(level, matching, i, j);
      }
    }
  }

  static void add_removed(Level& level, const ModelCalls& a, int i) {
    const Operation& operation = *a.operation(i);
    level.rows.push_back({{.kind = Kind::kRemoved,
                           .layer = level.prefix_a + operation.name(),
                           .class_name = std::string(operation.class_info().class_name),
                           .from_inputs = labels_of_calls(a, i)}});
  }

  static void add_added(Level& level, const ModelCalls& b, int j) {
    const Operation& operation = *b.operation(j);
    level.rows.push_back({{.kind = Kind::kAdded,
                           .layer = level.prefix_b + operation.name(),
                           .class_name = std::string(operation.class_info().class_name),
                           .to_inputs = labels_of_calls(b, j)}});
  }

  void add_match(Level& level, const Matching& matching, int i, int j) {
    const auto& a = matching.a.operation(i);
    const auto& b = matching.b.operation(j);
    LayerChange change{.layer = level.prefix_b + b->name(),
                       .class_name = std::string(b->class_info().class_name)};
    if (a->name() != b->name()) change.was = level.prefix_a + a->name();
    compare_wiring(matching, i, j, change);
    const bool is_new = seen_.insert({a->uid(), b->uid()}).second;
    const auto model_a = std::dynamic_pointer_cast<Model>(a);
    const auto model_b = std::dynamic_pointer_cast<Model>(b);
    if (is_new && model_a && model_b) {
      level.rows.push_back({.level = static_cast<int>(levels_.size())});
      const std::string prefix_a = level.prefix_a + a->name() + "/";
      const std::string prefix_b = change.layer + "/";
      // `levels_` is a deque, so `level` stays valid.
      levels_.push_back({model_a, model_b, prefix_a, prefix_b, std::move(change), {}});
      return;
    }
    if (is_new) compare_operations(*a, *b, change);
    if (change.empty()) {
      ++same_layers_;
    } else {
      level.rows.push_back({std::move(change)});
    }
  }

  void compare_operations(const Operation& a, const Operation& b, LayerChange& change) {
    if (&a == &b) {
      if (const auto* layer = dynamic_cast<const Layer*>(&a); layer != nullptr && with_weights_) {
        same_weights_ += static_cast<int64_t>(layer->weights().size());
      }
      return;
    }
    const bool with_model =
        dynamic_cast<const Model*>(&a) != nullptr || dynamic_cast<const Model*>(&b) != nullptr;
    compare_configs(a, b, with_model ? std::nullopt : config_without_name(a),
                    with_model ? std::nullopt : config_without_name(b), change);
    const auto* layer_a = dynamic_cast<const Layer*>(&a);
    const auto* layer_b = dynamic_cast<const Layer*>(&b);
    if (layer_a != nullptr && layer_b != nullptr)
      compare_weights_of(*layer_a, *layer_b, false, change);
  }

  static void compare_configs(const Object& a, const Object& b,
                              const std::optional<json::Object>& config_a,
                              const std::optional<json::Object>& config_b, LayerChange& change) {
    const auto name = [](const Object& object) {
      const ClassInfo& info = object.class_info();
      return std::string(info.registered_name.empty() ? info.class_name : info.registered_name);
    };
    compare_values(name(a), name(b), "class_name", change.config);
    if (config_a && config_b) compare_values(*config_a, *config_b, "", change.config);
  }

  void compare_weights_of(const Layer& a, const Layer& b, bool only_own, LayerChange& change) {
    if (!with_weights_) return;
    same_weights_ +=
        compare_weights(only_own ? a.own_weights() : a.weights(),
                        only_own ? b.own_weights() : b.weights(), b.name(), change.weights);
  }

  // Depth first, so that the layers of a model follow it.
  void collect(std::vector<LayerChange>& changes) {
    std::vector<std::pair<Level*, size_t>> stack{{&levels_.front(), 0}};
    while (!stack.empty()) {
      auto& [level, next] = stack.back();
      if (next == level->rows.size()) {
        stack.pop_back();
        continue;
      }
      Level::Row& row = level->rows[next++];
      if (row.level < 0) {
        changes.push_back(std::move(row.change));
        continue;
      }
      Level& inner = levels_[static_cast<size_t>(row.level)];
      if (inner.self.empty()) {
        ++same_layers_;
      } else {
        changes.push_back(std::move(inner.self));
      }
      stack.emplace_back(&inner, 0);
    }
  }

  std::deque<Level> levels_;
  std::set<std::pair<uint64_t, uint64_t>> seen_;
  bool with_weights_;
  int64_t same_layers_ = 0;
  int64_t same_weights_ = 0;
};

}  // namespace

bool LayerChange::empty() const {
  return kind == Kind::kChanged && was.empty() && config.empty() && !to_inputs && weights.empty();
}

ModelChanges diff_models(const std::shared_ptr<Model>& a, const std::shared_ptr<Model>& b,
                         bool weights) {
  return Comparison(weights).run(a, b);
}

}  // namespace keras
