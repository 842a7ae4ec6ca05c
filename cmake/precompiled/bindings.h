// Precompiled for the bindings.
#include "core.h"

#include <emscripten/bind.h>

#include "models/model.h"
