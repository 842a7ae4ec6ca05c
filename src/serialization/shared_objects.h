// Objects that occur more than once in a saved model (keras/src/saving/serialization_lib.py,
// ObjectSharingScope): written with a `shared_object_id`, and revived as one object.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>

#include "serialization/object.h"

namespace keras {

// Active while a `.keras` file is written or read.
class ObjectSharingScope {
 public:
  ObjectSharingScope();
  ~ObjectSharingScope();
  ObjectSharingScope(const ObjectSharingScope&) = delete;
  ObjectSharingScope& operator=(const ObjectSharingScope&) = delete;

  static ObjectSharingScope* current();

  // While writing: counts a use of the object. Models are written twice, because a record can only
  // be marked as shared once all uses are known.
  void note_use(const Object& object);
  void finish_counting() { counting_ = false; }
  // Objects used more than once, by uid.
  const std::set<uint64_t>& shared() const { return shared_; }

  // While reading.
  std::shared_ptr<Object> find(int64_t id) const;
  void put(int64_t id, std::shared_ptr<Object> object);

 private:
  ObjectSharingScope* previous_;
  bool counting_ = true;
  std::set<uint64_t> seen_;
  std::set<uint64_t> shared_;
  std::map<int64_t, std::shared_ptr<Object>> revived_;
};

}  // namespace keras
