#include "bindings/custom_classes/js_object.h"

#include "base/error.h"
#include "bindings/callbacks.h"
#include "bindings/codec/codec.h"
#include "serialization/live_objects.h"

namespace keras::bindings {
namespace {

struct Ownership {
  std::unique_ptr<Object> object;
  bool has_handle = true;
  std::weak_ptr<Object> shared{};
};

std::shared_ptr<Object> share(const std::shared_ptr<Ownership>& ownership) {
  if (auto shared = ownership->shared.lock()) return shared;
  retain_js_object(ownership->object->uid());
  std::shared_ptr<Object> shared(ownership->object.get(), [ownership](Object* object) {
    release_js_object(object->uid());
    if (!ownership->has_handle) ownership->object.reset();
  });
  ownership->shared = shared;
  publish_live_object(shared);
  return shared;
}

class JsObjectHandle final : public ObjectHandle {
 public:
  explicit JsObjectHandle(std::unique_ptr<Object> object)
      : ownership_(std::make_shared<Ownership>(std::move(object))) {}
  ~JsObjectHandle() override {
    ownership_->has_handle = false;
    if (ownership_->shared.expired()) ownership_->object.reset();
  }
  std::shared_ptr<Object> object() const override { return share(ownership_); }

 private:
  std::shared_ptr<Ownership> ownership_;
};

}  // namespace

ObjectHandlePtr own_js_object(std::unique_ptr<Object> object) {
  return std::make_shared<JsObjectHandle>(std::move(object));
}

json::Object js_get_config(const Object& object) { return js_config_of(object.uid()); }

std::shared_ptr<Object> js_new_from_config(const Object& original, const JsClass& js_class,
                                           const json::Object& config) {
  const Tree made = js_from_config(js_class.constructor->target(), config);
  if (!made.is_object()) {
    raise_type_error({js_class.class_name,
                      ".fromConfig() must return an object of Keras. Received: ", repr(made)});
  }
  // Records go on naming the same Python class.
  if (&made.as_object()->class_info() == &js_class.info) {
    made.as_object()->set_class_info(&original.class_info());
  }
  return made.as_object();
}

}  // namespace keras::bindings
