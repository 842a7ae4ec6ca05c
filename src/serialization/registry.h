// The built-in classes and functions, and how a record's module and class_name find them.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "serialization/function.h"
#include "serialization/object.h"

namespace keras {

// Adds the classes of a family. Called once per family by register_builtins() (models/builtins.h).
void register_classes(std::span<const ClassInfo* const> classes);

// Finds a built-in function of keras.<module>, such as activations.relu; null when there is none.
using FunctionFinder = std::shared_ptr<Function> (*)(std::string_view name);
void register_functions(std::string_view module, FunctionFinder finder);

// The class of that public path (`keras.layers`, `Dense`), under any of its names; null when
// unknown.
const ClassInfo* find_public_class(std::string_view module, std::string_view class_name);
// The class of that name (or alias) in a family.
const ClassInfo* find_class_in_family(Family family, std::string_view class_name);
// As importing `module` and taking the attribute: aliases and private modules of Keras resolve too.
const ClassInfo* import_class(std::string_view module, std::string_view class_name);
// Whether Keras has a module of that name.
bool is_keras_module(std::string_view module);
// A built-in function by its name, looked for in activations, constraints, initializers, losses,
// ...
std::shared_ptr<Function> find_builtin_function(std::string_view name);
std::shared_ptr<Function> find_builtin_function(std::string_view module, std::string_view name);

std::vector<const ClassInfo*> classes_of_family(Family family);

}  // namespace keras
