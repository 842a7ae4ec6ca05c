#include "models/cloning.h"

#include <algorithm>

#include "base/error.h"
#include "layers/core/input_layer.h"
#include "models/functional.h"
#include "models/sequential.h"
#include "serialization/deserialize.h"
#include "serialization/serialize.h"

namespace keras {
namespace {

bool is_keras_tensor_leaf(const Nest& leaf) {
  return leaf.is_tensor() && is_keras_tensor(leaf.as_tensor());
}

// Wraps the clone function: each original once, nested models by themselves when recursive.
class Cloner {
 public:
  explicit Cloner(const CloneOptions& options)
      : options_(options), cache_(options.cache != nullptr ? *options.cache : own_cache_) {}

  Nest operator()(const std::shared_ptr<Operation>& operation) {
    if (const auto found = cache_.find(operation->uid()); found != cache_.end()) return found->second;
    Nest clone;
    const auto model = options_.recursive ? std::dynamic_pointer_cast<Model>(operation) : nullptr;
    const bool sequential = std::dynamic_pointer_cast<Sequential>(model) != nullptr;
    if (sequential || std::dynamic_pointer_cast<Functional>(model) != nullptr) {
      CloneOptions inner;
      inner.clone_function = options_.clone_function;
      if (!sequential) inner.call_function = options_.call_function;
      inner.recursive = true;
      inner.cache = &cache_;
      clone = Nest(std::static_pointer_cast<Object>(clone_model(model, inner)));
    } else {
      clone = options_.clone_function ? options_.clone_function(operation) : clone_from_config(operation);
    }
    cache_.insert_or_assign(operation->uid(), clone);
    return clone;
  }

 private:
  const CloneOptions& options_;
  CloneCache own_cache_;
  CloneCache& cache_;
};

ModelPtr compiled_like(const ModelPtr& model, ModelPtr clone) {
  if (model->compiled()) clone->apply_compile_config(model->compile_config());
  return clone;
}

Tensor single_input_tensor(const Nest& given) {
  Nest tensor = given;
  if (given.is_sequence()) {
    if (given.items().size() != 1) {
      throw value_error("Argument `input_tensors` must contain a single tensor.");
    }
    tensor = given.items().front();
  }
  if (!is_keras_tensor_leaf(tensor)) {
    throw value_error("Argument `input_tensors` must be a KerasTensor. Received invalid value: "
                      "input_tensors=" + repr(tensor));
  }
  return tensor.as_tensor();
}

ModelPtr clone_sequential(const std::shared_ptr<Sequential>& model, const CloneOptions& options) {
  Cloner cloner(options);
  std::vector<Nest> layers;
  for (const LayerPtr& layer : model->layers()) layers.push_back(cloner(layer));
  if (model->stack().empty()) throw index_error("list index out of range");
  const auto reference = model->input_layer();
  if (options.input_tensors) {
    const Tensor tensor = wrap_input(single_input_tensor(*options.input_tensors),
                                     reference ? reference->name() : "",
                                     reference && reference->optional());
    layers.insert(layers.begin(), Nest(tensor));
  } else if (reference) {
    const Tensor tensor = make_input({.batch_shape = reference->batch_shape(),
                                      .dtype = reference->dtype(),
                                      .name = reference->name(),
                                      .optional = reference->optional()});
    layers.insert(layers.begin(), Nest(tensor));
  }
  return compiled_like(model, make_sequential(layers, model->name(), model->trainable()));
}

Nest new_inputs(const Functional& model) {
  return map_structure(model.input(), [](const Nest& leaf) {
    const Tensor& tensor = leaf.as_tensor();
    return Nest(make_input({.batch_shape = tensor.shape(),
                            .dtype = tensor.dtype(),
                            .name = keras_tensor_info(tensor)->name}));
  });
}

void check_input_tensors(const Nest& given, const Functional& model) {
  const std::vector<Nest> leaves = flatten(given);
  if (!std::all_of(leaves.begin(), leaves.end(), is_keras_tensor_leaf)) {
    throw value_error("All entries in `input_tensors` must be KerasTensors. Received invalid values: "
                      "inputs_tensors=" + repr(given));
  }
  if (!same_structure(given, model.input())) {
    throw value_error("`input_tensors` must have the same structure as model.input\nReference structure: " +
                      repr(model.input()) + "\nReceived structure: " + repr(given));
  }
}

ModelPtr clone_functional(const std::shared_ptr<Functional>& model, const CloneOptions& options) {
  if (options.input_tensors) check_input_tensors(*options.input_tensors, *model);
  const Nest inputs = options.input_tensors ? *options.input_tensors : new_inputs(*model);
  Cloner cloner(options);
  const Nest outputs = model->graph().run(
      flatten(inputs), [&](const std::shared_ptr<Operation>& operation, Nest::Sequence args,
                           Nest::Dict kwargs) {
        const Nest clone = cloner(operation);
        return options.call_function ? options.call_function(clone, args, kwargs)
                                     : call_cloned(clone, args, kwargs);
      });
  return compiled_like(model, make_functional(inputs, outputs, model->name(), {}, &model->class_info()));
}

constexpr const char* kWrappedCloneFunction = "<function wrapped_clone_function>";

// Models that are neither: only the default clone makes sense.
ModelPtr clone_other(const ModelPtr& model, const CloneOptions& options) {
  const std::string type(model->class_info().class_name);
  if (options.input_tensors && options.input_tensors->is_tensor()) {
    throw type_error("A symbolic KerasTensor cannot be used as a boolean.");
  }
  const bool tensors = options.input_tensors && options.input_tensors->is_nested() &&
                       !flatten(*options.input_tensors).empty();
  if (options.clone_function || tensors) {
    throw value_error("Arguments `clone_function` and `input_tensors` are only supported for Sequential "
                      "models or Functional models. Received model of type '" + type +
                      "', with clone_function=" +
                      (options.clone_function ? kWrappedCloneFunction : "None") +
                      " and input_tensors=" +
                      (options.input_tensors ? repr(*options.input_tensors) : "None"));
  }
  if (options.call_function) {
    throw value_error("Argument `call_function` is only supported for Functional models. Received model of "
                      "type '" + type + "', with call_function=None");
  }
  // As Keras, which adds the class to the custom objects: it need not be known by a name.
  const json::Value record = serialize_keras_object(*model);
  const auto object = model->new_from_config(record.find("config")->as_object());
  const auto clone = std::dynamic_pointer_cast<Model>(object);
  if (!clone) throw internal_error("A model's config was revived as something else");
  if (const json::Value* build = record.find("build_config"); build != nullptr && build->truthy()) {
    clone->apply_build_config(*build);
  }
  return compiled_like(model, clone);
}

}  // namespace

Nest clone_from_config(const std::shared_ptr<Operation>& operation) {
  return Nest(operation->new_from_config(operation->get_config()));
}

Nest call_cloned(const Nest& callable, const Nest::Sequence& args, const Nest::Dict& kwargs) {
  if (callable.is_object()) {
    if (auto operation = std::dynamic_pointer_cast<Operation>(callable.as_object())) {
      return operation->apply(args, kwargs);
    }
  }
  if (callable.is_function()) return callable.as_function()->call(args, kwargs);
  const std::string type = python_type(callable);  // <class 'int'>
  const size_t quote = type.find('\'');
  throw type_error(type.substr(quote, type.rfind('\'') - quote + 1) + " object is not callable");
}

ModelPtr clone_model(const ModelPtr& model, const CloneOptions& options) {
  if (const auto sequential = std::dynamic_pointer_cast<Sequential>(model)) {
    if (options.call_function) {
      throw value_error("`call_function` argument is not supported with Sequential models.  In a "
                        "Sequential model, layers aren't called at model-construction time (they're "
                        "merely listed). Use `call_function` with Functional models only. Received model "
                        "of type '" + std::string(model->class_info().class_name) +
                        "', with call_function=" + kWrappedCloneFunction);
    }
    return clone_sequential(sequential, options);
  }
  if (const auto functional = std::dynamic_pointer_cast<Functional>(model)) {
    return clone_functional(functional, options);
  }
  return clone_other(model, options);
}

}  // namespace keras
