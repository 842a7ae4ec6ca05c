// Special forms in configs: __tensor__, __numpy__, __slice__, __bytes__, __keras_tensor__,
// __lambda__, ...
#pragma once

#include <optional>
#include <string_view>

#include "json/value.h"
#include "tree/tree.h"

namespace keras {

// The value of a special form; nothing for other class names. KeyError for a missing field,
// ValueError for a `__lambda__` in safe mode.
std::optional<Tree> revive_value(std::string_view class_name, const json::Value& config,
                                 bool safe_mode);

// Data from nested lists of numbers or strings; ValueError when they are ragged.
Tensor tensor_from_json(const json::Value& value, DType dtype);

}  // namespace keras
