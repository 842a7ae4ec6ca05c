// Makes every built-in class and function findable. The only place that knows all families.
#pragma once

namespace keras {

// Idempotent; whoever uses the registry calls it first.
void register_builtins();

// keras.utils.clear_session(): names, global dtype policy, scopes, the unsafe flag and the global
// seed generator start anew. Registered classes stay.
void clear_session();

}  // namespace keras
