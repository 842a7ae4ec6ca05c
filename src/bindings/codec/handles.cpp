#include "bindings/codec/handles.h"

#include <emscripten/bind.h>

#include "base/error.h"
#include "serialization/live_objects.h"
#include "tree/tree.h"

namespace keras::bindings {
namespace {

class SharedObjectHandle final : public ObjectHandle {
 public:
  explicit SharedObjectHandle(std::shared_ptr<Object> object) : object_(std::move(object)) {}
  std::shared_ptr<Object> object() const override { return object_; }

 private:
  std::shared_ptr<Object> object_;
};

}  // namespace

void ObjectHandle::throw_wrong_type() const {
  raise_type_error({"An object of ", python_type(Tree(object())), " cannot do this"});
}

ObjectHandlePtr make_handle(const std::shared_ptr<Object>& object) {
  if (!object) return nullptr;
  publish_live_object(object);
  return std::make_shared<SharedObjectHandle>(object);
}

TensorHandlePtr make_handle(const Tensor& tensor) {
  return tensor ? std::make_shared<TensorHandle>(tensor) : nullptr;
}

}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_handles) {
  using namespace keras::bindings;
  emscripten::class_<ObjectHandle>("ObjectHandle").smart_ptr<ObjectHandlePtr>("ObjectHandlePtr");
  emscripten::class_<TensorHandle>("TensorHandle").smart_ptr<TensorHandlePtr>("TensorHandlePtr");
  emscripten::class_<VariableHandle>("VariableHandle")
      .smart_ptr<VariableHandlePtr>("VariableHandlePtr");
}
