// Constructor options and configs from JavaScript, in which living objects and functions may stand.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "bindings/codec/value_codec.h"
#include "serialization/custom_objects.h"
#include "serialization/live_objects.h"

namespace keras::bindings {

// Parses the text and, while it lives, makes what the text names findable: objects as `__live__`
// records (serialization/live_objects.h), functions as function records whose `config` is the
// function's number after kFunctionPrefix and whose `registered_name` is its name.
class Options {
 public:
  explicit Options(const Packed& packed);

  const json::Value& value() const { return value_; }
  const json::Object& object() const { return value_.as_object(); }

 private:
  json::Value value_;
  std::vector<std::shared_ptr<Object>> held_;
  LiveObjectScope live_;
  std::optional<CustomObjectScope> functions_;
};

}  // namespace keras::bindings
