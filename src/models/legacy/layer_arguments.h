// Constructor arguments of built-in classes in Keras 1, Keras 2 and tf.keras.
#pragma once

#include "json/value.h"
#include "models/legacy/notes.h"
#include "serialization/object.h"

namespace keras::legacy {

// Converts the config of a class to current arguments. `old_name` is the class name in the file.
// ValueError for an effective argument that the current class lacks.
void modernize_arguments(const ClassInfo& info, std::string_view old_name, json::Object& config,
                         Notes& notes);

}  // namespace keras::legacy
