// cloneModel with hooks written in JavaScript.
#include "base/error.h"
#include "bindings/callbacks.h"
#include "bindings/codec/handles.h"
#include "bindings/custom_classes/js_function.h"
#include "bindings/guard.h"
#include "models/cloning/cloning.h"

namespace keras::bindings {
namespace {

std::shared_ptr<Object> object_of(const std::shared_ptr<Operation>& operation) { return operation; }

// A function in the options of web/models/cloning/clone_model.ts.
class Hook {
 public:
  explicit Hook(std::shared_ptr<Function> function) : function_(std::move(function)) {}

  // Nothing when it returns undefined, which means the default.
  std::optional<Tree> operator()(const Tree::Sequence& args, const Tree::Dict& kwargs = {}) const {
    const auto* js = dynamic_cast<const JsFunction*>(function_.get());
    if (js == nullptr) return function_->call(args, kwargs);
    return call_js_hook(js->target(), pack_arguments(args, kwargs));
  }

  // The same for the one argument of a clone function, without any JSON.
  std::optional<Tree> operator()(const std::shared_ptr<Operation>& original) const {
    const auto* js = dynamic_cast<const JsFunction*>(function_.get());
    if (js == nullptr) return function_->call({object_of(original)}, {});
    return call_js_clone_hook(js->target(), original);
  }

  void notify(const Tree::Sequence& args) const {
    const auto* js = dynamic_cast<const JsFunction*>(function_.get());
    if (js != nullptr) notify_js(js->target(), pack_arguments(args));
  }

 private:
  std::shared_ptr<Function> function_;
};

CallFunction call_function(const Hook& hook) {
  return [hook](const Tree& callable, const Tree::Sequence& args, const Tree::Dict& kwargs) {
    Tree::Sequence all{callable};
    all.insert(all.end(), args.begin(), args.end());
    return hook(all, kwargs);
  };
}

RenameFunction rename_function(const Hook& hook) {
  return [hook](const std::string& name, const std::shared_ptr<Operation>& original) {
    const auto returned = hook({name, object_of(original)});
    if (!returned) return name;
    if (!returned->is_string()) {
      raise_type_error(
          {"rename must return a name. Received: ", repr(*returned), " for '", name, "'"});
    }
    return returned->as_string();
  };
}

AdaptWeight adapt_weight(const Hook& hook) {
  return [hook](const WeightRef& target, const LayerPtr& source_layer,
                std::optional<size_t> source_index) -> Tensor {
    const auto returned =
        hook({object_of(target.layer), static_cast<int64_t>(target.index), object_of(source_layer),
              source_index ? Tree(static_cast<int64_t>(*source_index)) : Tree()});
    return returned ? returned->as_tensor() : Tensor();
  };
}

// Pairs of an original and what replaces it.
CloneCache clone_cache(const Tree& pairs) {
  CloneCache cache;
  for (const Tree& pair : pairs.items()) {
    cache.insert_or_assign(pair.items()[0].as_object()->uid(), pair.items()[1]);
  }
  return cache;
}

// The options by name, as clone_model.ts packs them; null for what is not given.
class GivenOptions {
 public:
  explicit GivenOptions(Tree given) : given_(std::move(given)) {}

  const Tree* find(const char* key) const {
    const Tree& value = *given_.as_dict().find(key);
    return value.is_none() ? nullptr : &value;
  }
  std::optional<Hook> hook(const char* key) const {
    const Tree* function = find(key);
    return function == nullptr ? std::nullopt : std::optional(Hook(function->as_function()));
  }
  bool flag(const char* key) const { return given_.as_dict().find(key)->as_bool(); }
  std::optional<std::string> string(const char* key) const {
    const Tree* value = find(key);
    return value == nullptr ? std::nullopt : std::optional(value->as_string());
  }

 private:
  Tree given_;
};

CopyWeights copy_weights(const std::string& mismatch, const std::optional<Hook>& adapt) {
  if (mismatch == "adapt") return {WeightMismatch::kAdapt, adapt_weight(*adapt)};
  return {mismatch == "skip" ? WeightMismatch::kSkip : WeightMismatch::kError};
}

CloneOptions clone_options(const GivenOptions& given) {
  CloneOptions options;
  if (const Tree* tensors = given.find("inputTensors")) options.input_tensors = *tensors;
  if (const auto hook = given.hook("cloneFunction")) options.clone_function = *hook;
  if (const auto hook = given.hook("callFunction")) options.call_function = call_function(*hook);
  if (const auto hook = given.hook("rename")) options.rename = rename_function(*hook);
  if (const auto mismatch = given.string("mismatch"))
    options.copy_weights = copy_weights(*mismatch, given.hook("adapt"));
  options.name = given.string("name");
  options.recursive = given.flag("recursive");
  options.keep_trainable = given.flag("keepTrainable");
  options.as_functional = given.flag("asFunctional");
  return options;
}

ObjectHandlePtr clone_with_options(const ObjectHandle& handle, const Packed& packed) {
  const GivenOptions given(unpack(packed));
  CloneOptions options = clone_options(given);
  CloneCache cache;
  if (const Tree* pairs = given.find("cache")) {
    cache = clone_cache(*pairs);
    options.cache = &cache;
    options.on_cached = [hook = *given.hook("onCached")](const std::shared_ptr<Operation>& original,
                                                         const Tree& made) {
      hook.notify({object_of(original), made});
    };
  }
  WeightReport report;
  const auto on_report = given.hook("onReport");
  if (on_report) options.report = &report;
  const ModelPtr made = clone_model(handle.as<Model>(), options);
  if (on_report) on_report->notify({Tree::from_json(to_json(report))});
  return make_handle(std::static_pointer_cast<Object>(made));
}

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_cloning) {
  using namespace keras::bindings;
  bind<&clone_with_options>("cloneModel");
}
