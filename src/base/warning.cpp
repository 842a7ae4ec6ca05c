#include "base/warning.h"

#include <utility>

namespace keras {
namespace {

std::function<void(const std::string&)>& handler() {
  static std::function<void(const std::string&)> current;
  return current;
}

}  // namespace

void warn(const std::string& message) {
  if (handler()) handler()(message);
}

std::function<void(const std::string&)> set_warning_handler(
    std::function<void(const std::string&)> next) {
  return std::exchange(handler(), std::move(next));
}

}  // namespace keras
