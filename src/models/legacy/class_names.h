// Classes that today's Keras has under another name, and the modules of built-in classes.
#pragma once

#include <string_view>

#include "json/value.h"
#include "models/legacy/notes.h"
#include "serialization/object.h"

namespace keras::legacy {

// Gives the record of a built-in class today's class name and module. Returns the class; null for
// custom and unknown ones, whose records stay as they are.
const ClassInfo* rename_class(json::Object& record, Notes& notes);

}  // namespace keras::legacy
