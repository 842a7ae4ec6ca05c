// The computation of every row of all.inc, by the name of its class or function.
#pragma once

#include "ops/row.h"

namespace keras::ops::calls {

#define KERAS_OP(module, Class, functions, signature) Nest Class(const OpCall& c);
#define KERAS_FUNCTION(symbol, functions, signature) Nest symbol(const OpCall& c);
#include "ops/all.inc"
#undef KERAS_FUNCTION
#undef KERAS_OP

}  // namespace keras::ops::calls
