// Whether deserialization may run code from a config
// (keras/src/saving/serialization_lib.py, SafeModeScope).
#pragma once

#include <optional>

namespace keras {

// Overrides the `safe_mode` argument of a call in both directions.
class SafeModeScope {
 public:
  explicit SafeModeScope(std::optional<bool> safe_mode);
  ~SafeModeScope();
  SafeModeScope(const SafeModeScope&) = delete;
  SafeModeScope& operator=(const SafeModeScope&) = delete;

 private:
  std::optional<bool> previous_;
};

// Nothing outside any scope; callers then default to safe.
std::optional<bool> in_safe_mode();
// keras.config.enable_unsafe_deserialization(); clear_session() undoes it.
void enable_unsafe_deserialization();
void reset_safe_mode();

}  // namespace keras
