// Automatic names of layers, tensors and variables: `dense`, `dense_1`, ...
// (keras/src/utils/naming.py).
#pragma once

#include <string>
#include <string_view>

namespace keras {

std::string to_snake_case(std::string_view name);

// The next name for a class: `dense`, `dense_1`, `dense_2`, ...
std::string auto_name(std::string_view class_name);
// The same for a prefix that is used unchanged.
std::string uniquify(std::string_view prefix);
// As keras.backend.get_uid: increments and returns the counter, which auto_name shares.
int get_uid(std::string_view prefix);
void reset_names();

// As keras.name_scope: prefixes the paths of variables made while it is alive.
class NameScope {
 public:
  explicit NameScope(std::string_view name);
  ~NameScope();
  NameScope(const NameScope&) = delete;
  NameScope& operator=(const NameScope&) = delete;

 private:
  size_t previous_length_;
};
// The names of the open scopes, such as `outer/inner`.
const std::string& current_path();

}  // namespace keras
