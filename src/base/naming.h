// Automatic names of layers, tensors and variables: `dense`, `dense_1`, ...
// (keras/src/utils/naming.py).
#pragma once

#include <string>
#include <string_view>

namespace keras {

// `Conv1DTranspose` -> `conv1d_transpose`, `LSTMCell` -> `lstm_cell`.
std::string to_snake_case(std::string_view name);

// The next name for a class: the first is bare, the following get _1, _2, ...
std::string auto_name(std::string_view class_name);
// The same for a prefix that is used as it is.
std::string uniquify(std::string_view prefix);
// As keras.backend.get_uid: adds one and returns the count. Shares the counter with auto_name.
int get_uid(std::string_view prefix);
void reset_names();

// As keras.name_scope: names the place in which variables are made; "" outside of any.
class NameScope {
 public:
  explicit NameScope(std::string_view name);
  ~NameScope();
  NameScope(const NameScope&) = delete;
  NameScope& operator=(const NameScope&) = delete;

 private:
  size_t previous_length_;
};
// `outer/inner`.
const std::string& current_path();

}  // namespace keras
