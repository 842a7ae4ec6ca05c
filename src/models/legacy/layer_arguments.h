// Constructor arguments that built-in classes had in Keras 1, Keras 2 and tf.keras.
#pragma once

#include "json/value.h"
#include "models/legacy/notes.h"
#include "serialization/object.h"

namespace keras::legacy {

// Brings the config of a class to today's arguments. `old_name` is the class's name in the file.
// Throws ValueError for an argument with an effect that today's class does not have.
void modernize_arguments(const ClassInfo& info, std::string_view old_name, json::Object& config,
                         Notes& notes);

}  // namespace keras::legacy
