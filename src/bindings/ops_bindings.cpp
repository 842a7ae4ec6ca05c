// keras.ops, dtype policies and quantization configs.
#include "base/error.h"
#include "bindings/codec/codec.h"
#include "bindings/codec/handles.h"
#include "bindings/guard.h"
#include "constraints/constraint.h"
#include "dtype_policies/dtype_policy.h"
#include "initializers/initializer.h"
#include "ops/table/registry.h"
#include "quantizers/quantization_config.h"
#include "regularizers/regularizer.h"

namespace keras::bindings {
namespace {

// A call of keras.ops.<function>.
Packed call_op(const std::string& function, const Packed& packed) {
  const auto [args, kwargs] = unpack_arguments(packed);
  return pack(ops::call_op(function, args, kwargs));
}

// {name, computeDtype, variableDtype, quantizationMode}
std::string policy_info(const ObjectHandle& handle) {
  const auto policy = handle.as<DTypePolicy>();
  const std::string mode = policy->quantization_mode();
  return encode(
      json::Object{{"name", policy->name()},
                   {"computeDtype", dtype_name(policy->compute_dtype())},
                   {"variableDtype", dtype_name(policy->variable_dtype())},
                   {"quantizationMode", mode.empty() ? json::Value() : json::Value(mode)}});
}

std::string quantization_mode(const ObjectHandle& handle) {
  return handle.as<QuantizationConfig>()->mode();
}

ObjectHandlePtr global_policy() {
  return make_handle(std::static_pointer_cast<Object>(global_dtype_policy()));
}

void set_global_policy(const Packed& identifier) {
  const json::Value options = unpack_config(identifier);
  set_global_dtype_policy(get_dtype_policy(options));
}

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_ops) {
  using namespace keras::bindings;
  bind<&call_op>("callOp");
  bind<&policy_info>("policyInfo");
  bind<&quantization_mode>("quantizationMode");
  bind<&global_policy>("globalPolicy");
  bind<&set_global_policy>("setGlobalPolicy");
}
