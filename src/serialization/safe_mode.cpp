#include "serialization/safe_mode.h"

namespace keras {
namespace {

std::optional<bool> g_safe_mode;

}  // namespace

SafeModeScope::SafeModeScope(std::optional<bool> safe_mode) : previous_(g_safe_mode) {
  g_safe_mode = safe_mode;
}

SafeModeScope::~SafeModeScope() { g_safe_mode = previous_; }

std::optional<bool> in_safe_mode() { return g_safe_mode; }

void enable_unsafe_deserialization() { g_safe_mode = false; }

void reset_safe_mode() { g_safe_mode.reset(); }

}  // namespace keras
