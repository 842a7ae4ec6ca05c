#include "models/cloning/cloning.h"

#include <algorithm>

#include "base/error.h"
#include "layers/core/input_layer.h"
#include "layers/core/lambda_bodies.h"
#include "models/cloning/clone_notes.h"
#include "models/cloning/clone_session.h"
#include "models/compile_config.h"
#include "models/functional/functional.h"
#include "models/sequential.h"
#include "serialization/custom_objects.h"
#include "serialization/deserialize.h"
#include "serialization/serialize.h"

namespace keras {
namespace {

bool is_keras_tensor_leaf(const Tree& leaf) {
  return leaf.is_tensor() && is_keras_tensor(leaf.as_tensor());
}

Tensor single_input_tensor(const Tree& given) {
  Tree tensor = given;
  if (given.is_sequence()) {
    if (given.items().size() != 1) {
      raise_value_error({"Argument `input_tensors` must contain a single tensor."});
    }
    tensor = given.items().front();
  }
  if (!is_keras_tensor_leaf(tensor)) {
    raise_value_error(
        {"Argument `input_tensors` must be a KerasTensor. Received invalid value: "
         "input_tensors=",
         repr(tensor)});
  }
  return tensor.as_tensor();
}

void check_input_tensors(const Tree& given, const Functional& model) {
  const std::vector<Tree> leaves = flatten(given);
  if (!std::all_of(leaves.begin(), leaves.end(), is_keras_tensor_leaf)) {
    raise_value_error(
        {"All entries in `input_tensors` must be KerasTensors. Received invalid values: "
         "inputs_tensors=",
         repr(given)});
  }
  if (!same_structure(given, model.input())) {
    raise_value_error(
        {"`input_tensors` must have the same structure as model.input\nReference structure: ",
         repr(model.input()), "\nReceived structure: ", repr(given)});
  }
}

// Clones one model of a session: the root or a nested one.
class ModelCloner {
 public:
  // `name` is the name of the clone; `input_tensors` apply to the root model only.
  ModelCloner(CloneSession& session, CloneLevel level, std::string name,
              std::optional<Tree> input_tensors = {})
      : session_(session),
        options_(session.options()),
        level_(std::move(level)),
        name_(std::move(name)),
        input_tensors_(std::move(input_tensors)) {}

  ModelPtr clone() {
    if (const auto functional = std::dynamic_pointer_cast<Functional>(level_.model)) {
      return finished(clone_functional(functional));
    }
    const auto sequential = std::dynamic_pointer_cast<Sequential>(level_.model);
    return finished(options_.as_functional ? clone_as_functional(*sequential)
                                           : clone_sequential(*sequential));
  }

 private:
  ModelPtr clone_sequential(const Sequential& model) {
    const std::vector<LayerPtr> originals = model.layers();
    std::vector<Tree> entries = replacements_of(originals);
    if (model.stack().empty()) raise_index_error({"list index out of range"});
    if (const Tensor input = sequential_input(model)) entries.insert(entries.begin(), Tree(input));
    std::optional<Sequential::FailedCall> failed;
    try {
      return make_sequential(entries, name_, model.trainable(), &kSequentialClass, &failed);
    } catch (Error& error) {
      note_failing_entry(error, level_.note_path, originals, entries, failed);
      throw;
    }
  }

  // null when the input shape is unknown.
  Tensor sequential_input(const Sequential& model) {
    const auto reference = model.input_layer();
    const std::string name = reference ? session_.renamed(reference->name(), reference) : "";
    if (input_tensors_) {
      return wrap_input(single_input_tensor(*input_tensors_), name,
                        reference && reference->optional());
    }
    if (!reference) return {};
    return make_input({.batch_shape = reference->batch_shape(),
                       .dtype = reference->dtype(),
                       .name = name,
                       .optional = reference->optional()});
  }

  ModelPtr clone_functional(const std::shared_ptr<Functional>& model) {
    if (input_tensors_) check_input_tensors(*input_tensors_, *model);
    const Tree inputs = input_tensors_ ? *input_tensors_ : new_inputs(*model);
    std::vector<ClonedCall> calls;
    try {
      const Tree outputs = model->graph().run(
          flatten(inputs),
          [&](const std::shared_ptr<Operation>& operation, Tree::Sequence args, Tree::Dict kwargs) {
            calls.push_back({operation, call(operation, replacement_of(operation), args, kwargs)});
            return calls.back().outputs;
          });
      return model->new_from_graph(inputs, outputs, name_);
    } catch (Error& error) {
      if (error.notes().empty()) note_broken_call(error, model->graph().run_order(), inputs, calls);
      throw;
    }
  }

  Tree new_inputs(const Functional& model) {
    return map_structure(model.input(), [&](const Tree& leaf) {
      const Tensor& tensor = leaf.as_tensor();
      const KerasTensorInfo* info = keras_tensor_info(tensor);
      const auto original = info->node->operation_ptr();
      const Tensor input = make_input({.batch_shape = tensor.shape(),
                                       .dtype = tensor.dtype(),
                                       .name = session_.renamed(info->name, original)});
      if (options_.keep_trainable) keep_input_trainable(*original, input);
      return Tree(input);
    });
  }

  static void keep_input_trainable(const Operation& original, const Tensor& input) {
    const auto* source = dynamic_cast<const Layer*>(&original);
    auto* made = dynamic_cast<Layer*>(keras_tensor_info(input)->node->operation_ptr().get());
    if (source && made) made->set_trainable_flag(source->trainable());
  }

  ModelPtr clone_as_functional(const Sequential& model) {
    const Tensor input =
        input_tensors_ ? single_input_tensor(*input_tensors_) : sequential_input(model);
    if (!input) {
      raise_value_error(
          {"Sequential model '", model.name(),
           "' cannot be cloned as a Functional model because it has no input shape yet. "
           "Build it, or pass `input_tensors`."});
    }
    Tree x = input;
    std::vector<ClonedCall> calls;
    for (const LayerPtr& layer : model.layers()) {
      x = call(layer, replacement_of(layer), {x}, {});
      calls.push_back({layer, x});
    }
    try {
      const auto made = make_functional(input, x, name_);
      made->set_trainable_flag(model.trainable());
      return made;
    } catch (Error& error) {
      note_broken_call(error, {}, input, calls);
      throw;
    }
  }

  std::vector<Tree> replacements_of(const std::vector<LayerPtr>& originals) {
    std::vector<Tree> made;
    for (const LayerPtr& layer : originals) made.push_back(replacement_of(layer));
    return made;
  }

  Tree replacement_of(const std::shared_ptr<Operation>& original) {
    return session_.replacement_of(original, level_, [&](const ModelPtr& model, std::string name) {
      CloneLevel inner{.model = model,
                       .note_path = level_.note_path + "/" + model->name(),
                       .source_prefix = level_.source_prefix + model->name() + "/",
                       .target_prefix = level_.target_prefix + name + "/"};
      return ModelCloner(session_, std::move(inner), std::move(name)).clone();
    });
  }

  Tree call(const std::shared_ptr<Operation>& original, const Tree& callable,
            const Tree::Sequence& args, const Tree::Dict& kwargs) {
    return with_note([&] { return calling_note(*original, callable, args); },
                     [&] {
                       std::optional<Tree> outputs;
                       if (options_.call_function)
                         outputs = options_.call_function(callable, args, kwargs);
                       return outputs ? std::move(*outputs) : call_cloned(callable, args, kwargs);
                     });
  }

  ModelPtr finished(ModelPtr clone) {
    if (options_.keep_trainable) clone->set_trainable_flag(level_.model->trainable());
    if (level_.model->compiled()) {
      check_compile_config(level_.model->compile_config());
      clone->apply_compile_config(level_.model->compile_config());
    }
    return clone;
  }

  CloneSession& session_;
  const CloneOptions& options_;
  const CloneLevel level_;
  const std::string name_;
  const std::optional<Tree> input_tensors_;
};

// Lets the model's own class be found without registration.
class ClassOf final : public CustomObject {
 public:
  explicit ClassOf(ModelPtr model) : model_(std::move(model)) {}
  std::shared_ptr<Function> function() override { return nullptr; }
  std::shared_ptr<Object> from_config(const json::Object& config) override {
    return model_->new_from_config(config);
  }

 private:
  ModelPtr model_;
};

constexpr const char* kWrappedCloneFunction = "<function wrapped_clone_function>";

// Models that are neither Functional nor Sequential: only the default clone is possible.
ModelPtr clone_other(const ModelPtr& model, const CloneOptions& options) {
  const std::string type(model->class_info().class_name);
  if (options.input_tensors && options.input_tensors->is_tensor()) {
    raise_type_error({"A symbolic KerasTensor cannot be used as a boolean."});
  }
  const bool tensors = options.input_tensors && options.input_tensors->is_nested() &&
                       !flatten(*options.input_tensors).empty();
  if (options.clone_function || tensors) {
    raise_value_error(
        {"Arguments `clone_function` and `input_tensors` are only supported for Sequential "
         "models or Functional models. Received model of type '",
         type, "', with clone_function=", (options.clone_function ? kWrappedCloneFunction : "None"),
         " and input_tensors=", (options.input_tensors ? repr(*options.input_tensors) : "None")});
  }
  if (options.call_function) {
    raise_value_error(
        {"Argument `call_function` is only supported for Functional models. Received model of "
         "type '",
         type, "', with call_function=None"});
  }
  if (model->compiled()) check_compile_config(model->compile_config());
  const CustomObjects own = {{type, std::make_shared<ClassOf>(model)}};
  const auto clone = std::dynamic_pointer_cast<Model>(
      deserialize_object(serialize_keras_object(*model), {.custom_objects = &own}));
  if (!clone) raise_internal_error({"A model's record was revived as something else"});
  return clone;
}

}  // namespace

Tree clone_from_config(const std::shared_ptr<Operation>& operation) {
  return Tree(operation->new_from_config(operation->get_config()));
}

Tree call_cloned(const Tree& callable, const Tree::Sequence& args, const Tree::Dict& kwargs) {
  if (callable.is_object()) {
    if (auto operation = std::dynamic_pointer_cast<Operation>(callable.as_object())) {
      return operation->apply(args, kwargs);
    }
  }
  if (callable.is_function()) return callable.as_function()->call(args, kwargs);
  const std::string type = python_type(callable);  // <class 'int'>
  const size_t quote = type.find('\'');
  raise_type_error({type.substr(quote, type.rfind('\'') - quote + 1), " object is not callable"});
}

ModelPtr clone_model(const ModelPtr& model, const CloneOptions& options) {
  const bool sequential = std::dynamic_pointer_cast<Sequential>(model) != nullptr;
  if (sequential && options.call_function && !options.as_functional) {
    with_note(
        [] {
          return std::string(
              "The option `asFunctional` makes a Functional model of a Sequential one.");
        },
        [&] {
          raise_value_error(
              {"`call_function` argument is not supported with Sequential models.  In a "
               "Sequential model, layers aren't called at model-construction time (they're "
               "merely listed). Use `call_function` with Functional models only. Received model "
               "of type '",
               std::string(model->class_info().class_name),
               "', with call_function=", kWrappedCloneFunction});
        });
  }
  // Lets clones of Lambda layers run the functions supplied for the originals.
  const LambdaBodyScope lambdas(model);
  CloneSession session(options);
  const std::string name = options.name ? *options.name : session.renamed(model->name(), model);
  ModelPtr clone;
  if (sequential || std::dynamic_pointer_cast<Functional>(model) != nullptr) {
    CloneLevel outermost{.model = model, .note_path = model->name()};
    clone = ModelCloner(session, std::move(outermost), name, options.input_tensors).clone();
  } else {
    clone = clone_other(model, options);
    if (name != model->name()) clone->set_name(name);
    session.record_models(model, clone);
  }
  session.finish(clone);
  return clone;
}

}  // namespace keras
