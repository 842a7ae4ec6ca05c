// Objects whose methods JavaScript defines, and who keeps whom alive.
//
// The JavaScript object owns the C++ object behind it. The core gets that one as a shared pointer
// that deletes nothing: it holds the JavaScript object for as long as anybody in the core has a
// copy. So a custom layer in a graph lives as long as the graph, and when neither the core nor a
// user has it any more, both halves go.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "bindings/codec/codec.h"
#include "bindings/codec/handles.h"
#include "bindings/custom_classes/js_class.h"
#include "layers/layer.h"

namespace keras::bindings {

// What every such object has beside the core's class that it extends. The `super_` methods are the
// implementations of that class: what `super.call(x)` means in JavaScript.
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

  // What JavaScript's addWeight says of a weight.
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

// The handle by which the JavaScript object owns its half. When it dies while the core still holds
// the object, the object dies with the core's last copy.
ObjectHandlePtr own_js_object(std::unique_ptr<Object> object);

// The answers of the host.
json::Object js_get_config(const Object& object);
// Another one like `original`, an object of that class.
std::shared_ptr<Object> js_new_from_config(const Object& original, const JsClass& js_class,
                                           const json::Object& config);

}  // namespace keras::bindings
