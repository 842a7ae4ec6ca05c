// The config fields that convolutions share.
#pragma once

#include "ops/nn.h"
#include "ops/table/row.h"

namespace keras::ops {

json::Object conv_fields(const ConvOptions& options);
ConvOptions conv_options(const OpCall& c);

}  // namespace keras::ops
