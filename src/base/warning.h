// Warnings with Keras's wording, passed to a handler; silent without one.
#pragma once

#include <functional>
#include <string>

namespace keras {

void warn(const std::string& message);
// Returns the previous handler.
std::function<void(const std::string&)> set_warning_handler(
    std::function<void(const std::string&)> handler);

}  // namespace keras
