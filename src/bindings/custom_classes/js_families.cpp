// Initializers, regularizers and constraints whose classes JavaScript defines, also by extending
// built-in ones.
#include "base/error.h"
#include "bindings/callbacks.h"
#include "bindings/codec/codec.h"
#include "bindings/codec/handles.h"
#include "bindings/custom_classes/js_object.h"
#include "bindings/guard.h"
#include "constraints/constraint.h"
#include "initializers/initializer.h"
#include "regularizers/regularizer.h"
#include "serialization/registry.h"

namespace keras::bindings {
namespace {

// Common to the three: configs, and the built-in object for what the class does not define; null
// when the class extends none.
template <class Base>
class JsMember : public Base, public JsObject {
 public:
  JsMember(const JsClass& js_class, std::shared_ptr<Base> extended)
      : JsObject(js_class), extended_(std::move(extended)) {
    this->set_class_info(&js_class.info);
  }

  json::Object super_get_config() const override {
    return extended_ ? extended_->get_config() : json::Object();
  }
  json::Object get_config() const override {
    return defines("getConfig") ? js_get_config(*this) : super_get_config();
  }
  std::shared_ptr<Object> new_from_config(const json::Object& config) const override {
    return js_new_from_config(*this, js_class(), config);
  }

  // The built-in implementation.
  Base& extended() const {
    if (extended_) return *extended_;
    raise_not_implemented_error(
        {"`", js_class().class_name, "` must implement the `call()` method."});
  }

 protected:
  bool extends_builtin() const { return extended_ != nullptr; }
  Tree call(const Tree::Sequence& args) const {
    return call_js_object(this->uid(), "call", pack_arguments(args, {}));
  }
  Tensor call_for_tensor(const Tree::Sequence& args) const {
    const Tree result = call(args);
    if (result.is_tensor() || result.is_ndarray()) return result.as_tensor();
    raise_type_error(
        {"call() of ", js_class().class_name, " must return a tensor. Received: ", repr(result)});
  }

 private:
  std::shared_ptr<Base> extended_;
};

class JsInitializer final : public JsMember<Initializer> {
 public:
  using JsMember::JsMember;
  Tensor operator()(const Shape& shape, DType dtype) override {
    if (!defines("call")) return extended()(shape, dtype);
    Tree::Sequence dims;
    for (int64_t dim : shape) dims.emplace_back(dim);
    return call_for_tensor({Tree::list(std::move(dims)), std::string(dtype_name(dtype))});
  }
  void draw_seed() override {
    if (extends_builtin()) extended().draw_seed();
  }
  std::shared_ptr<Initializer> clone() const override {
    return std::dynamic_pointer_cast<Initializer>(new_from_config(get_config()));
  }
};

class JsRegularizer final : public JsMember<Regularizer> {
 public:
  using JsMember::JsMember;
  float value(const Tensor& x) const override {
    if (!defines("call")) return extended().value(x);
    const Tree result = call({x});
    if (result.is_number()) return static_cast<float>(result.as_number());
    return static_cast<float>(result.as_tensor().item());
  }
};

class JsConstraint final : public JsMember<Constraint> {
 public:
  using JsMember::JsMember;
  Tensor apply(const Tensor& weight) const override {
    return defines("call") ? call_for_tensor({weight}) : extended().apply(weight);
  }
};

template <class Member, class Base>
ObjectHandlePtr create(const JsClass& defined, const std::string& extended, const Packed& packed) {
  std::shared_ptr<Base> object;
  if (!extended.empty()) {
    const ClassInfo* info = find_class_in_family(defined.info.family, extended);
    if (info == nullptr) raise_internal_error({"There is no class ", extended});
    const json::Value options = unpack_config(packed);
    object = std::dynamic_pointer_cast<Base>(construct(*info, options.as_object()));
  }
  return own_js_object(std::make_unique<Member>(defined, std::move(object)));
}

// `extended` is the built-in class that the class extends; empty for none.
ObjectHandlePtr member_create(int class_index, const std::string& extended, const Packed& options) {
  const JsClass& defined = js_class(class_index);
  switch (defined.info.family) {
    case Family::kInitializer:
      return create<JsInitializer, Initializer>(defined, extended, options);
    case Family::kRegularizer:
      return create<JsRegularizer, Regularizer>(defined, extended, options);
    default:
      return create<JsConstraint, Constraint>(defined, extended, options);
  }
}

// What `super.call(...)` runs in such a class; other objects themselves.
template <class Base>
Base& implementation(Base& object) {
  const auto* js_object = dynamic_cast<const JsMember<Base>*>(&object);
  return js_object != nullptr ? js_object->extended() : object;
}

TensorHandlePtr initializer_call(const ObjectHandle& handle, const std::string& shape,
                                 const std::string& dtype, bool is_super) {
  const auto object = handle.as<Initializer>();
  Initializer& initializer = is_super ? implementation(*object) : *object;
  return make_handle(initializer(FieldTraits<Shape>::read(decode(shape)), parse_dtype(dtype)));
}

double regularizer_call(const ObjectHandle& handle, const TensorHandle& x, bool is_super) {
  const auto object = handle.as<Regularizer>();
  return (is_super ? implementation(*object) : *object).value(x.tensor);
}

TensorHandlePtr constraint_call(const ObjectHandle& handle, const TensorHandle& weight,
                                bool is_super) {
  const auto object = handle.as<Constraint>();
  return make_handle((is_super ? implementation(*object) : *object).apply(weight.tensor));
}

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_js_families) {
  using namespace keras::bindings;
  bind<&member_create>("memberCreate");
  bind<&initializer_call>("initializerCall");
  bind<&regularizer_call>("regularizerCall");
  bind<&constraint_call>("constraintCall");
}
