// Renamed Keras classes, and the modules of built-in classes.
#pragma once

#include <string_view>

#include "json/value.h"
#include "models/legacy/notes.h"
#include "serialization/object.h"

namespace keras::legacy {

// Updates class name and module of a built-in class's record. Returns the class; null for custom
// and unknown ones, whose records are left unchanged.
const ClassInfo* rename_class(json::Object& record, Notes& notes);

}  // namespace keras::legacy
