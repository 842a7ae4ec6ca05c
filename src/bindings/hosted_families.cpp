// Initializers, regularizers and constraints whose classes JavaScript defines.
#include "base/error.h"
#include "bindings/guard.h"
#include "bindings/host.h"
#include "bindings/hosted.h"
#include "bindings/options.h"
#include "constraints/constraint.h"
#include "initializers/initializer.h"
#include "regularizers/regularizer.h"

namespace keras::bindings {
namespace {

// What the three have in common: configs.
template <class Base>
class HostedMember : public Base, public HostedObject {
 public:
  explicit HostedMember(const HostClass& host_class) : HostedObject(host_class) {
    this->set_class_info(&host_class.info);
  }
  // Nothing but what the class writes itself.
  json::Object super_get_config() const override { return {}; }
  json::Object get_config() const override {
    return defines("getConfig") ? host_get_config(*this) : json::Object();
  }
  std::shared_ptr<Object> new_from_config(const json::Object& config) const override {
    return host_new_from_config(host_class(), config);
  }

 protected:
  Nest call(Nest::Sequence args) const {
    if (!defines("call")) {
      throw not_implemented_error("`" + host_class().class_name +
                                  "` must implement the `call()` method.");
    }
    return call_host_object(this->uid(), "call", pack_arguments(args, {}));
  }
  Tensor call_for_tensor(Nest::Sequence args) const {
    const Nest result = call(std::move(args));
    if (result.is_tensor() || result.is_ndarray()) return result.as_tensor();
    throw type_error("call() of " + host_class().class_name +
                     " must return a tensor. Received: " + repr(result));
  }
};

class HostedInitializer final : public HostedMember<Initializer> {
 public:
  using HostedMember::HostedMember;
  Tensor operator()(const Shape& shape, DType dtype) override {
    Nest::Sequence dims;
    for (int64_t dim : shape) dims.emplace_back(dim);
    return call_for_tensor({Nest::list(std::move(dims)), std::string(dtype_name(dtype))});
  }
  std::shared_ptr<Initializer> clone() const override {
    return std::dynamic_pointer_cast<Initializer>(new_from_config(get_config()));
  }
};

class HostedRegularizer final : public HostedMember<Regularizer> {
 public:
  using HostedMember::HostedMember;
  float value(const Tensor& x) const override {
    const Nest result = call({x});
    if (result.is_number()) return static_cast<float>(result.as_number());
    return static_cast<float>(result.as_tensor().item());
  }
};

class HostedConstraint final : public HostedMember<Constraint> {
 public:
  using HostedMember::HostedMember;
  Tensor apply(const Tensor& weight) const override { return call_for_tensor({weight}); }
};

ObjectHandlePtr initializer_create(int class_index) {
  return own_hosted(std::make_unique<HostedInitializer>(host_class(class_index)));
}

ObjectHandlePtr regularizer_create(int class_index) {
  return own_hosted(std::make_unique<HostedRegularizer>(host_class(class_index)));
}

ObjectHandlePtr constraint_create(int class_index) {
  return own_hosted(std::make_unique<HostedConstraint>(host_class(class_index)));
}

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_hosted_families) {
  using namespace keras::bindings;
  bind<&initializer_create>("initializerCreate");
  bind<&regularizer_create>("regularizerCreate");
  bind<&constraint_create>("constraintCreate");
}
