// clone_model (keras/src/models/cloning.py). Defaults are Keras's; extensions are opt-in.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "models/cloning/weight_transfer.h"
#include "models/model.h"

namespace keras {

// Receives a layer or graph operation and returns its replacement: the same one, another layer, a
// model, or a function. Nothing selects the default, clone_from_config.
using CloneFunction =
    std::function<std::optional<Tree>(const std::shared_ptr<Operation>& operation)>;
// Calls a replacement on the recorded arguments and returns the outputs. Nothing selects the
// default, call_cloned.
using CallFunction = std::function<std::optional<Tree>(
    const Tree& callable, const Tree::Sequence& args, const Tree::Dict& kwargs)>;
// Receives the name an object would have in the clone, and its original; returns the name to use.
using RenameFunction =
    std::function<std::string(const std::string& name, const std::shared_ptr<Operation>& original)>;
// Replacements by the uid of their originals. Clones made with the same cache share layers.
using CloneCache = std::unordered_map<uint64_t, Tree>;

struct CloneOptions {
  std::optional<Tree> input_tensors{};
  CloneFunction clone_function{};
  CallFunction call_function{};
  bool recursive = false;
  CloneCache* cache = nullptr;
  // Called when an entry is added to the cache.
  std::function<void(const std::shared_ptr<Operation>& original, const Tree& made)> on_cached{};

  // --- Not in Keras ---

  // Copies weights and states of random generators to the clone.
  std::optional<CopyWeights> copy_weights{};
  // Receives what happened to each weight.
  WeightReport* report = nullptr;
  // Renames layers, operations and the clone's new Inputs, and the model itself unless `name` is
  // set. Layers that belong to other models, and layers added by call functions, keep their names.
  RenameFunction rename{};
  std::optional<std::string> name{};
  // Copies `trainable` of the model, which Keras loses for Functional models, and of single
  // variables, which configs do not hold.
  bool keep_trainable = false;
  // Turns Sequential models into Functional ones, so that call_function reaches their layers.
  bool as_functional = false;
};

// A model with the same graph, new layers and fresh weights. Throws Keras's errors for
// arguments that the kind of model does not support. Errors from hooks and layers get a note
// that names the layer.
ModelPtr clone_model(const ModelPtr& model, const CloneOptions& options = {});

// The default clone function: a new layer from the layer's config.
Tree clone_from_config(const std::shared_ptr<Operation>& operation);
// The default call function. TypeError "'int' object is not callable" for other values.
Tree call_cloned(const Tree& callable, const Tree::Sequence& args, const Tree::Dict& kwargs);

}  // namespace keras
