#include "bindings/hosted.h"

#include "base/error.h"
#include "bindings/host.h"
#include "bindings/host_json.h"
#include "serialization/live_objects.h"

namespace keras::bindings {
namespace {

struct Ownership {
  std::unique_ptr<Object> object;
  bool has_handle = true;
  std::weak_ptr<Object> lent{};
};

std::shared_ptr<Object> lend(const std::shared_ptr<Ownership>& ownership) {
  if (auto lent = ownership->lent.lock()) return lent;
  retain_host_object(ownership->object->uid());
  std::shared_ptr<Object> lent(ownership->object.get(), [ownership](Object* object) {
    release_host_object(object->uid());
    if (!ownership->has_handle) ownership->object.reset();
  });
  ownership->lent = lent;
  publish_live_object(lent);
  return lent;
}

class HostedHandle final : public ObjectHandle {
 public:
  explicit HostedHandle(std::unique_ptr<Object> object)
      : ownership_(std::make_shared<Ownership>(std::move(object))) {}
  ~HostedHandle() override {
    ownership_->has_handle = false;
    if (ownership_->lent.expired()) ownership_->object.reset();
  }
  std::shared_ptr<Object> object() const override { return lend(ownership_); }

 private:
  std::shared_ptr<Ownership> ownership_;
};

}  // namespace

ObjectHandlePtr own_hosted(std::unique_ptr<Object> object) {
  return std::make_shared<HostedHandle>(std::move(object));
}

json::Object host_get_config(const Object& object) {
  const Nest text = call_host_object(object.uid(), "getConfig", pack_arguments({}, {}));
  return from_host(text.as_string()).as_object();
}

std::shared_ptr<Object> host_new_from_config(const Object& original, const HostClass& host_class,
                                             const json::Object& config) {
  const Nest made = host_from_config(host_class.constructor, config);
  if (!made.is_object()) {
    raise_type_error({host_class.class_name,
                      ".fromConfig() must return an object of Keras. Received: ", repr(made)});
  }
  // It stands for the same class of Python.
  if (&made.as_object()->class_info() == &host_class.info) {
    made.as_object()->set_class_info(&original.class_info());
  }
  return made.as_object();
}

}  // namespace keras::bindings
