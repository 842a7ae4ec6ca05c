// clone_model (keras/src/models/cloning.py).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

#include "models/model.h"

namespace keras {

// Gets a layer or graph operation, returns what stands for it in the clone: the same one, another layer, a
// model, or a function.
using CloneFunction = std::function<Nest(const std::shared_ptr<Operation>& operation)>;
// Calls what the clone function returned on the arguments that were recorded, and returns the outputs.
using CallFunction =
    std::function<Nest(const Nest& callable, const Nest::Sequence& args, const Nest::Dict& kwargs)>;
// Originals by uid and what stands for them. Given to two clone_model calls it makes the clones share layers.
using CloneCache = std::unordered_map<uint64_t, Nest>;

struct CloneOptions {
  std::optional<Nest> input_tensors{};
  CloneFunction clone_function{};
  CallFunction call_function{};
  bool recursive = false;
  CloneCache* cache = nullptr;
};

// A model of the same graph with new layers and fresh weights. Throws the errors of Keras for arguments that
// do not fit the kind of model (keras-semantics: clone_model's error table).
ModelPtr clone_model(const ModelPtr& model, const CloneOptions& options = {});

// The default clone function: a new layer of the same class from the layer's config.
Nest clone_from_config(const std::shared_ptr<Operation>& operation);
// The default call function. TypeError "'int' object is not callable" for what cannot be called.
Nest call_cloned(const Nest& callable, const Nest::Sequence& args, const Nest::Dict& kwargs);

}  // namespace keras
