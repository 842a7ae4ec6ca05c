// Objects whose methods JavaScript defines, and their ownership.
//
// The JavaScript object owns its C++ half. The core gets that half as a shared pointer whose
// deleter does not delete: as long as the core has a copy, it retains the JavaScript object. So a
// custom layer in a graph lives as long as the graph, and both halves are freed when neither the
// core nor a user holds the layer.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "bindings/codec/codec.h"
#include "bindings/codec/handles.h"
#include "bindings/custom_classes/js_class.h"
#include "layers/layer.h"

namespace keras::bindings {

// What such an object adds to the class of the core that it extends. The `super_` methods are the
// implementations of that class: what `super.call(x)` runs in JavaScript.
class JsObject {
 public:
  explicit JsObject(const JsClass& js_class) : js_class_(js_class) {}
  virtual ~JsObject() = default;
  JsObject(const JsObject&) = delete;
  JsObject& operator=(const JsObject&) = delete;

  const JsClass& js_class() const { return js_class_; }
  bool defines(std::string_view method) const { return js_class_.defines(method); }

  virtual json::Object super_get_config() const = 0;

 private:
  const JsClass& js_class_;
};

class JsLayer : public JsObject {
 public:
  using JsObject::JsObject;

  virtual const CallSignature& super_call_signature() const = 0;
  virtual Tree super_call(const CallArgs& args) = 0;
  virtual void super_build(const BuildShapes& shapes) = 0;
  virtual ShapeTree super_compute_output_shape(const BuildShapes& shapes) = 0;
  virtual Tree super_compute_mask(const Tree& inputs, const Tree& previous_mask) = 0;

  // The options of addWeight in JavaScript.
  struct Weight {
    std::string name{};
    Shape shape{};
    InitializerPtr initializer{};
    std::optional<DType> dtype{};
    bool trainable = true;
    RegularizerPtr regularizer{};
    ConstraintPtr constraint{};
  };
  virtual std::shared_ptr<Variable> add_js_weight(const Weight& weight) = 0;
};

// The handle through which the JavaScript object owns its half. When it is deleted while the core
// holds the object, the object is freed with the core's last copy.
ObjectHandlePtr own_js_object(std::unique_ptr<Object> object);

json::Object js_get_config(const Object& object);
// A new object of the class of `original`.
std::shared_ptr<Object> js_new_from_config(const Object& original, const JsClass& js_class,
                                           const json::Object& config);

}  // namespace keras::bindings
