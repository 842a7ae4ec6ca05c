// All tensor-level functions of keras.ops.
#pragma once

#include "ops/core.h"
#include "ops/image.h"
#include "ops/math.h"
#include "ops/nn.h"
#include "ops/numpy.h"
#include "ops/random.h"
