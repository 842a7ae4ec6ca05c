#include "serialization/shared_objects.h"

namespace keras {
namespace {

ObjectSharingScope* g_scope = nullptr;

}  // namespace

ObjectSharingScope::ObjectSharingScope() : previous_(g_scope) { g_scope = this; }
ObjectSharingScope::~ObjectSharingScope() { g_scope = previous_; }
ObjectSharingScope* ObjectSharingScope::current() { return g_scope; }

void ObjectSharingScope::note_use(const Object& object) {
  if (counting_ && !seen_.insert(object.uid()).second) shared_.insert(object.uid());
}

std::shared_ptr<Object> ObjectSharingScope::find(int64_t id) const {
  const auto found = revived_.find(id);
  return found == revived_.end() ? nullptr : found->second;
}

void ObjectSharingScope::put(int64_t id, std::shared_ptr<Object> object) {
  revived_.insert_or_assign(id, std::move(object));
}

}  // namespace keras
