// The dialects of configs by Keras version.
#pragma once

#include <string_view>

namespace keras::legacy {

enum class Dialect {
  kCurrent,        // Keras 3.11 and later
  kListedOutputs,  // Keras 3.0 to 3.10: a single input or output is written as a list of one
  kKeras2,         // Keras 1, Keras 2 and tf.keras
};

// `version` as stated in files: "2.15.0", "2.2.4-tf", "3.3.3". Empty means current.
Dialect dialect_of(std::string_view version);

}  // namespace keras::legacy
