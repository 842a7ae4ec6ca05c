#include "serialization/registry.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

namespace keras {
namespace {

struct Functions {
  std::string_view module;
  FunctionFinder find;
};

struct Registry {
  std::vector<const ClassInfo*> classes;
  // By class name and alias. Families may share a name (layers.Add and the operation Add).
  std::unordered_map<std::string_view, std::vector<const ClassInfo*>> by_name;
  std::vector<Functions> functions;
};

Registry& registry() {
  static Registry instance;
  return instance;
}

constexpr std::array<std::string_view, 28> kModules = {"keras",
                                                       "keras.activations",
                                                       "keras.applications",
                                                       "keras.backend",
                                                       "keras.callbacks",
                                                       "keras.config",
                                                       "keras.constraints",
                                                       "keras.datasets",
                                                       "keras.distribution",
                                                       "keras.dtype_policies",
                                                       "keras.export",
                                                       "keras.initializers",
                                                       "keras.layers",
                                                       "keras.legacy",
                                                       "keras.losses",
                                                       "keras.metrics",
                                                       "keras.mixed_precision",
                                                       "keras.models",
                                                       "keras.ops",
                                                       "keras.optimizers",
                                                       "keras.optimizers.schedules",
                                                       "keras.preprocessing",
                                                       "keras.quantizers",
                                                       "keras.random",
                                                       "keras.regularizers",
                                                       "keras.saving",
                                                       "keras.tree",
                                                       "keras.utils"};

bool is_private(std::string_view module) { return module.starts_with("keras.src."); }

bool module_holds(std::string_view module, const ClassInfo& info) {
  if (module == info.module) return true;
  // Other modules in which Keras exports or defines a class.
  switch (info.family) {
    case Family::kModel:
      return module == "keras.models" || module == "keras" ||
             module.starts_with("keras.src.models");
    case Family::kLayer:
      return module.starts_with("keras.src.layers") ||
             (info.class_name == "Layer" && module == "keras.layers");
    case Family::kSeedGenerator:
      return module.starts_with("keras.src.random");
    case Family::kDTypePolicy:
      return module == "keras.dtype_policies" || module == "keras.mixed_precision" ||
             module.starts_with("keras.src.dtype_policies");
    case Family::kInitializer:
      return module.starts_with("keras.src.initializers");
    case Family::kRegularizer:
      return module.starts_with("keras.src.regularizers");
    case Family::kConstraint:
      return module.starts_with("keras.src.constraints");
    case Family::kOptimizer:
      return module.starts_with("keras.src.optimizers");
    case Family::kLoss:
      return module.starts_with("keras.src.losses");
    case Family::kMetric:
      return module.starts_with("keras.src.metrics");
    default:
      return false;
  }
}

const ClassInfo* find(std::string_view name, auto&& accept) {
  const auto found = registry().by_name.find(name);
  if (found == registry().by_name.end()) return nullptr;
  for (const ClassInfo* info : found->second) {
    if (accept(*info)) return info;
  }
  return nullptr;
}

}  // namespace

void register_classes(std::span<const ClassInfo* const> classes) {
  for (const ClassInfo* info : classes) {
    registry().classes.push_back(info);
    registry().by_name[info->class_name].push_back(info);
    std::string_view rest = info->aliases;
    while (!rest.empty()) {
      const size_t space = std::min(rest.find(' '), rest.size());
      registry().by_name[rest.substr(0, space)].push_back(info);
      rest.remove_prefix(std::min(space + 1, rest.size()));
    }
  }
}

void register_functions(std::string_view module, FunctionFinder finder) {
  registry().functions.push_back({module, finder});
}

const ClassInfo* find_public_class(std::string_view module, std::string_view class_name) {
  if (is_private(module)) return nullptr;
  return find(class_name, [&](const ClassInfo& info) {
    return info.registered_name.empty() && module_holds(module, info);
  });
}

const ClassInfo* find_class_in_family(Family family, std::string_view class_name) {
  return find(class_name, [&](const ClassInfo& info) { return info.family == family; });
}

const ClassInfo* import_class(std::string_view module, std::string_view class_name) {
  return find(class_name, [&](const ClassInfo& info) { return module_holds(module, info); });
}

bool is_keras_module(std::string_view module) {
  if (std::find(kModules.begin(), kModules.end(), module) != kModules.end()) return true;
  return is_private(module) &&
         std::any_of(registry().classes.begin(), registry().classes.end(),
                     [&](const ClassInfo* info) { return module_holds(module, *info); });
}

std::shared_ptr<Function> find_builtin_function(std::string_view name) {
  for (const Functions& functions : registry().functions) {
    if (auto function = functions.find(name)) return function;
  }
  return nullptr;
}

std::shared_ptr<Function> find_builtin_function(std::string_view module, std::string_view name) {
  for (const Functions& functions : registry().functions) {
    if (functions.module != module) continue;
    if (auto function = functions.find(name)) return function;
  }
  return nullptr;
}

std::vector<const ClassInfo*> classes_of_family(Family family) {
  std::vector<const ClassInfo*> out;
  for (const ClassInfo* info : registry().classes) {
    if (info->family == family) out.push_back(info);
  }
  return out;
}

}  // namespace keras
