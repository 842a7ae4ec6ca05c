// Which dialect of configs a version of Keras writes.
#pragma once

#include <string_view>

namespace keras::legacy {

enum class Dialect {
  kCurrent,        // Keras 3.11 and later
  kListedOutputs,  // Keras 3.0 to 3.10: a single input or output is written as a list of one
  kKeras2,         // Keras 1, Keras 2 and tf.keras
};

// `version` as files state it: "2.15.0", "2.2.4-tf", "3.3.3". An empty version is today's.
Dialect dialect_of(std::string_view version);

}  // namespace keras::legacy
