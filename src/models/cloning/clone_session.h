// State of one clone_model call across nested models: the replacement of each original, and the
// layers between which weights are transferred.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/function_ref.h"
#include "models/cloning/cloning.h"

namespace keras {

// A model that is being cloned, at some nesting level.
struct CloneLevel {
  ModelPtr model;
  // Names of the enclosing models and its own, for notes: `outer/inner`.
  std::string note_path;
  // Prefixes of layer paths in the source and in the clone (variables_within.h): `inner/`.
  std::string source_prefix{};
  std::string target_prefix{};
};

class CloneSession {
 public:
  explicit CloneSession(const CloneOptions& options);
  CloneSession(const CloneSession&) = delete;
  CloneSession& operator=(const CloneSession&) = delete;

  const CloneOptions& options() const { return options_; }

  // The replacement of an operation; the hooks run once per original. `clone_nested` clones nested
  // models when the clone is recursive.
  using CloneNested = FunctionRef<ModelPtr(const ModelPtr& model, std::string name)>;
  Tree replacement_of(const std::shared_ptr<Operation>& original, const CloneLevel& level,
                      const CloneNested& clone_nested);
  // The clone's name for something that would be called `name`.
  std::string renamed(const std::string& name, const std::shared_ptr<Operation>& original) const;
  // Records the replacement of a whole model, for models whose layers are not replaced one by one.
  void record_models(const ModelPtr& model, const ModelPtr& clone);
  // Transfers weights, after the clone is complete.
  void finish(const ModelPtr& clone);

 private:
  Tree make(const std::shared_ptr<Operation>& original, const CloneLevel& level);
  Tree make_default(const std::shared_ptr<Operation>& original) const;
  void rename(const Tree& made, const std::shared_ptr<Operation>& original);
  void record(const LayerPtr& original, const Tree& made, bool by_hook, const CloneLevel& level);
  bool is_new(const Object& object) const { return object.uid() >= first_new_uid_; }
  void keep_trainable();

  const CloneOptions& options_;
  CloneCache own_cache_;
  CloneCache& cache_;
  uint64_t first_new_uid_;
  std::unordered_set<uint64_t> renamed_;
  std::vector<Replacement> replacements_;
  // Indices of replacements that no hook made.
  std::vector<size_t> defaults_;
};

}  // namespace keras
