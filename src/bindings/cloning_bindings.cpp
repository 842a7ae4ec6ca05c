// cloneModel with hooks of the host.
#include "base/error.h"
#include "bindings/guard.h"
#include "bindings/handles.h"
#include "bindings/host.h"
#include "models/cloning.h"

namespace keras::bindings {
namespace {

// {inputTensors, hasInputTensors, recursive}; the hooks are numbers of host functions, 0 for none.
ObjectHandlePtr clone_with_hooks(const ObjectHandle& handle, const Packed& packed,
                                 double clone_hook, double call_hook) {
  const Nest given = unpack(packed);
  const Nest::Dict& arguments = given.as_dict();
  CloneOptions options;
  options.recursive = arguments.find("recursive")->as_bool();
  if (arguments.find("hasInputTensors")->as_bool()) {
    options.input_tensors = *arguments.find("inputTensors");
  }
  if (clone_hook != 0) {
    options.clone_function =
        [id = static_cast<int64_t>(clone_hook)](const std::shared_ptr<Operation>& operation) {
          const Nest layer(std::static_pointer_cast<Object>(operation));
          return call_host_function(id, pack_arguments({layer}, {}));
        };
  }
  if (call_hook != 0) {
    options.call_function = [id = static_cast<int64_t>(call_hook)](const Nest& callable,
                                                                   const Nest::Sequence& args,
                                                                   const Nest::Dict& kwargs) {
      Nest::Sequence all{callable};
      all.insert(all.end(), args.begin(), args.end());
      return call_host_function(id, pack_arguments(all, kwargs));
    };
  }
  const ModelPtr made = clone_model(handle.as<Model>(), options);
  return make_handle(std::static_pointer_cast<Object>(made));
}

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_cloning) {
  using namespace keras::bindings;
  bind<&clone_with_hooks>("cloneModel");
}
