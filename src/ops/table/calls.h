// The computation of every row of all.inc, by the name of its class or function.
#pragma once

#include "ops/table/row.h"

namespace keras::ops::calls {

#define KERAS_OP(module, Class, functions, signature) Tree Class(const OpCall& c);
#define KERAS_FUNCTION(symbol, functions, signature) Tree symbol(const OpCall& c);
#include "ops/table/all.inc"
#undef KERAS_FUNCTION
#undef KERAS_OP

}  // namespace keras::ops::calls
