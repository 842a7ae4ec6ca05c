// Registers all built-in classes and functions; the only file that lists every family.
#pragma once

namespace keras {

// Idempotent. Call it before using the registry.
void register_builtins();

// keras.utils.clear_session(): resets names, global dtype policy, scopes, the unsafe flag and the
// global seed generator. Registered classes remain.
void clear_session();

}  // namespace keras
