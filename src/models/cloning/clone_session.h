// What one clone_model call knows on all levels of nested models: which original has which clone,
// and the replacements of layers between which weights are carried.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/function_ref.h"
#include "models/cloning/cloning.h"

namespace keras {

// A model that is being cloned, on some level.
struct CloneLevel {
  ModelPtr model;
  // Names of the models around it and its own, for notes: `outer/inner`.
  std::string note_path;
  // In front of names of its layers, in the source and in the clone (placed_variables.h): `inner/`.
  std::string source_prefix{};
  std::string target_prefix{};
};

class CloneSession {
 public:
  explicit CloneSession(const CloneOptions& options);
  CloneSession(const CloneSession&) = delete;
  CloneSession& operator=(const CloneSession&) = delete;

  const CloneOptions& options() const { return options_; }

  // What stands for an operation of the model: each original is asked for once. `clone_nested`
  // clones models inside of it when that is recursive.
  using CloneNested = FunctionRef<ModelPtr(const ModelPtr& model, std::string name)>;
  Tree replacement_of(const std::shared_ptr<Operation>& original, const CloneLevel& level,
                      const CloneNested& clone_nested);
  // The name in the clone of something that would be called `name`.
  std::string renamed(const std::string& name, const std::shared_ptr<Operation>& original) const;
  // The model as a whole has its twin; its layers are no originals of their own.
  void record_models(const ModelPtr& model, const ModelPtr& clone);
  // Carries weights over, when everything is in place.
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
  // Places in replacements_ of layers that no hook made.
  std::vector<size_t> defaults_;
};

}  // namespace keras
