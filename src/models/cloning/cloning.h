// clone_model (keras/src/models/cloning.py). The defaults are Keras's; what goes beyond them is
// asked for.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "models/cloning/weight_transfer.h"
#include "models/model.h"

namespace keras {

// Gets a layer or graph operation, returns what stands for it in the clone: the same one, another
// layer, a model, or a function. Nothing means the default, clone_from_config.
using CloneFunction =
    std::function<std::optional<Tree>(const std::shared_ptr<Operation>& operation)>;
// Calls what the clone function returned on the arguments that were recorded, and returns the
// outputs. Nothing means the default, call_cloned.
using CallFunction = std::function<std::optional<Tree>(
    const Tree& callable, const Tree::Sequence& args, const Tree::Dict& kwargs)>;
// Gets the name that something would have in the clone, and what it stands for; returns the name to
// have.
using RenameFunction =
    std::function<std::string(const std::string& name, const std::shared_ptr<Operation>& original)>;
// Originals by uid and what stands for them. Given to two clone_model calls it makes the clones
// share layers.
using CloneCache = std::unordered_map<uint64_t, Tree>;

struct CloneOptions {
  std::optional<Tree> input_tensors{};
  CloneFunction clone_function{};
  CallFunction call_function{};
  bool recursive = false;
  CloneCache* cache = nullptr;
  // Told what enters the cache, when it does.
  std::function<void(const std::shared_ptr<Operation>& original, const Tree& made)> on_cached{};

  // --- Not in Keras ---

  // Carries weights and states of random number generators over.
  std::optional<CopyWeights> copy_weights{};
  // Filled with what became of the weights.
  WeightReport* report = nullptr;
  // Renames layers, operations and the Inputs that the clone makes, then the model itself, unless
  // `name` is set. Layers that other models hold keep their names, and so do those that call
  // functions add.
  RenameFunction rename{};
  std::optional<std::string> name{};
  // Keeps the model's own `trainable`, which Keras loses for Functional models, and that of single
  // variables, which configs do not tell.
  bool keep_trainable = false;
  // Makes Functional models of Sequential ones, so that call_function reaches their layers.
  bool as_functional = false;
};

// A model of the same graph with new layers and fresh weights. Throws the errors of Keras for
// arguments that do not fit the kind of model (keras-semantics: clone_model's error table). Errors
// that arise in hooks and in layers get a note that names the layer.
ModelPtr clone_model(const ModelPtr& model, const CloneOptions& options = {});

// The default clone function: a new layer of the same class from the layer's config.
Tree clone_from_config(const std::shared_ptr<Operation>& operation);
// The default call function. TypeError "'int' object is not callable" for what cannot be called.
Tree call_cloned(const Tree& callable, const Tree::Sequence& args, const Tree::Dict& kwargs);

}  // namespace keras
