// cloneModel with hooks of the host.
#include "base/error.h"
#include "bindings/callbacks.h"
#include "bindings/codec/handles.h"
#include "bindings/guard.h"
#include "json/write.h"
#include "models/cloning/cloning.h"

namespace keras::bindings {
namespace {

Tree object_tree(const std::shared_ptr<Operation>& operation) {
  return Tree(std::static_pointer_cast<Object>(operation));
}

// A hook gives a list of what it returned: empty when that was nothing.
std::optional<Tree> call_hook(int64_t id, const Tree::Sequence& args,
                              const Tree::Dict& kwargs = {}) {
  const Tree returned = call_js_function(id, pack_arguments(args, kwargs));
  if (returned.items().empty()) return std::nullopt;
  return returned.items().front();
}

CloneFunction clone_function(int64_t id) {
  return [id](const std::shared_ptr<Operation>& operation) {
    return call_hook(id, {object_tree(operation)});
  };
}

CallFunction call_function(int64_t id) {
  return [id](const Tree& callable, const Tree::Sequence& args, const Tree::Dict& kwargs) {
    Tree::Sequence all{callable};
    all.insert(all.end(), args.begin(), args.end());
    return call_hook(id, all, kwargs);
  };
}

RenameFunction rename_function(int64_t id) {
  return [id](const std::string& name, const std::shared_ptr<Operation>& original) {
    const auto returned = call_hook(id, {name, object_tree(original)});
    if (!returned) return name;
    if (!returned->is_string()) {
      raise_type_error(
          {"rename must return a name. Received: ", repr(*returned), " for '", name, "'"});
    }
    return returned->as_string();
  };
}

AdaptWeight adapt_weight(int64_t id) {
  return [id](const WeightRef& target, const LayerPtr& source_layer,
              std::optional<size_t> source_index) -> Tensor {
    const auto returned =
        call_hook(id, {object_tree(target.layer), static_cast<int64_t>(target.index),
                       object_tree(source_layer),
                       source_index ? Tree(static_cast<int64_t>(*source_index)) : Tree()});
    return returned ? returned->as_tensor() : Tensor();
  };
}

CopyWeights copy_weights(const std::string& mismatch, int64_t adapt) {
  if (mismatch == "adapt") return {WeightMismatch::kAdapt, adapt_weight(adapt)};
  return {mismatch == "skip" ? WeightMismatch::kSkip : WeightMismatch::kError};
}

// A list of pairs: an original and what stands for it.
CloneCache clone_cache(const Tree& pairs) {
  CloneCache cache;
  for (const Tree& pair : pairs.items()) {
    cache.insert_or_assign(pair.items()[0].as_object()->uid(), pair.items()[1]);
  }
  return cache;
}

// The options of web/models/cloning/clone_model.ts; hooks are numbers of host functions, 0 for
// none.
CloneOptions clone_options(const Tree::Dict& given) {
  const auto hook = [&](const char* key) { return given.find(key)->as_int(); };
  const auto flag = [&](const char* key) { return given.find(key)->as_bool(); };
  const auto text = [&](const char* key) {
    const Tree& value = *given.find(key);
    return value.is_none() ? std::nullopt : std::optional(value.as_string());
  };
  CloneOptions options;
  if (flag("hasInputTensors")) options.input_tensors = *given.find("inputTensors");
  if (const int64_t id = hook("cloneFunction")) options.clone_function = clone_function(id);
  if (const int64_t id = hook("callFunction")) options.call_function = call_function(id);
  if (const int64_t id = hook("rename")) options.rename = rename_function(id);
  if (const auto mismatch = text("mismatch"))
    options.copy_weights = copy_weights(*mismatch, hook("adapt"));
  options.name = text("name");
  options.recursive = flag("recursive");
  options.keep_trainable = flag("keepTrainable");
  options.as_functional = flag("asFunctional");
  return options;
}

ObjectHandlePtr clone_with_options(const ObjectHandle& handle, const Packed& packed) {
  const Tree given = unpack(packed);
  CloneOptions options = clone_options(given.as_dict());
  CloneCache cache;
  if (const Tree& pairs = *given.as_dict().find("cache"); !pairs.is_none()) {
    cache = clone_cache(pairs);
    options.cache = &cache;
    options.on_cached = [id = given.as_dict().find("cached")->as_int()](
                            const std::shared_ptr<Operation>& original, const Tree& made) {
      call_js_function(id, pack_arguments({object_tree(original), made}, {}));
    };
  }
  WeightReport report;
  const int64_t report_hook = given.as_dict().find("report")->as_int();
  if (report_hook != 0) options.report = &report;
  const ModelPtr made = clone_model(handle.as<Model>(), options);
  if (report_hook != 0)
    call_js_function(report_hook, pack_arguments({json::write(to_json(report))}, {}));
  return make_handle(std::static_pointer_cast<Object>(made));
}

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_cloning) {
  using namespace keras::bindings;
  bind<&clone_with_options>("cloneModel");
}
