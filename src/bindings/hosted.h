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

#include "bindings/handles.h"
#include "bindings/host_class.h"
#include "bindings/nest_codec.h"
#include "layers/layer.h"

namespace keras::bindings {

// What every such object has beside the core's class that it extends. The `super_` methods are the
// implementations of that class: what `super.call(x)` means in JavaScript.
class HostedObject {
 public:
  explicit HostedObject(const HostClass& host_class) : host_class_(host_class) {}
  virtual ~HostedObject() = default;
  HostedObject(const HostedObject&) = delete;
  HostedObject& operator=(const HostedObject&) = delete;

  const HostClass& host_class() const { return host_class_; }
  bool defines(std::string_view method) const { return host_class_.defines(method); }

  virtual json::Object super_get_config() const = 0;

 private:
  const HostClass& host_class_;
};

class HostedLayer : public HostedObject {
 public:
  using HostedObject::HostedObject;

  virtual const CallSignature& super_call_signature() const = 0;
  virtual Nest super_call(const CallArgs& args) = 0;
  virtual void super_build(const BuildShapes& shapes) = 0;
  virtual ShapeTree super_compute_output_shape(const BuildShapes& shapes) = 0;
  virtual Nest super_compute_mask(const Nest& inputs, const Nest& previous_mask) = 0;

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
  virtual std::shared_ptr<Variable> add_host_weight(const Weight& weight) = 0;
};

// The handle by which the JavaScript object owns its half. When it dies while the core still holds
// the object, the object dies with the core's last copy.
ObjectHandlePtr own_hosted(std::unique_ptr<Object> object);

// The answers of the host.
json::Object host_get_config(const Object& object);
// Another one like `original`, an object of that class.
std::shared_ptr<Object> host_new_from_config(const Object& original, const HostClass& host_class,
                                             const json::Object& config);

}  // namespace keras::bindings
