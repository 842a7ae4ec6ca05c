// The built-in classes and functions, found by module and class name.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "serialization/function.h"
#include "serialization/object.h"

namespace keras {

// Adds the classes of a family; called once per family by register_builtins() (models/builtins.h).
void register_classes(std::span<const ClassInfo* const> classes);

// Finds a built-in function of keras.<module>, such as activations.relu; null when unknown.
using FunctionFinder = std::shared_ptr<Function> (*)(std::string_view name);
void register_functions(std::string_view module, FunctionFinder finder);

// The class at a public path (`keras.layers`, `Dense`), also by alias; null when unknown.
const ClassInfo* find_public_class(std::string_view module, std::string_view class_name);
// The class with that name or alias in a family.
const ClassInfo* find_class_in_family(Family family, std::string_view class_name);
// As importing `module` and taking the attribute: resolves aliases and Keras's private modules.
const ClassInfo* import_class(std::string_view module, std::string_view class_name);
bool is_keras_module(std::string_view module);
// A built-in function by name, searched in activations, constraints, initializers, losses, ...
std::shared_ptr<Function> find_builtin_function(std::string_view name);
std::shared_ptr<Function> find_builtin_function(std::string_view module, std::string_view name);

std::vector<const ClassInfo*> classes_of_family(Family family);

}  // namespace keras
