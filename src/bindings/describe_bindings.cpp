// What classes and operations there are, for the generator of declarations (tools/generate).
#include "bindings/guard.h"
#include "json/write.h"
#include "ops/table/registry.h"
#include "serialization/registry.h"
#include "serialization/serialize.h"

namespace keras::bindings {
namespace {

json::Value describe_class(const ClassInfo& info) {
  json::Array fields;
  // A default instance; nothing of it is kept.
  const std::shared_ptr<Object> object = create(info);
  for (const FieldDescription& field : describe_fields(*object)) {
    bool is_assignable = false;
    with_field(*object, field.key,
               [&](const FieldSlot& slot) { is_assignable = slot.is_assignable(); });
    fields.push_back(json::Object{{"key", field.key},
                                  {"type", field.typescript},
                                  {"doc", field.doc},
                                  {"default", field.default_value},
                                  {"required", field.flags.required},
                                  {"writeOnly", field.flags.write_only},
                                  {"readOnly", field.flags.read_only},
                                  {"assignable", is_assignable}});
  }
  return json::Object{{"module", info.module},
                      {"className", info.class_name},
                      {"aliases", info.aliases},
                      {"fields", std::move(fields)}};
}

constexpr std::pair<std::string_view, Family> kFamilies[] = {
    {"layers", Family::kLayer},
    {"initializers", Family::kInitializer},
    {"regularizers", Family::kRegularizer},
    {"constraints", Family::kConstraint},
    {"dtypePolicies", Family::kDTypePolicy},
    {"random", Family::kSeedGenerator}};

// {layers: [{module, className, aliases, fields: [...]}], initializers: ...}
std::string describe_classes() {
  json::Object families;
  for (const auto& [name, family] : kFamilies) {
    json::Array classes;
    for (const ClassInfo* info : classes_of_family(family))
      classes.push_back(describe_class(*info));
    families.set(name, std::move(classes));
  }
  return json::write(families);
}

const char* kind_name(ops::OpParameter::Kind kind) {
  switch (kind) {
    case ops::OpParameter::Kind::kCall:
      return "call";
    case ops::OpParameter::Kind::kKeyword:
      return "keyword";
    case ops::OpParameter::Kind::kField:
      return "field";
    case ops::OpParameter::Kind::kAnyCount:
      return "anyCount";
    case ops::OpParameter::Kind::kAnyKeyword:
      return "anyKeyword";
  }
  return "";
}

// [{function, className, parameters: [{name, kind[, default]}]}]
std::string describe_operations() {
  json::Array rows;
  for (const ops::OpDescription& op : ops::describe_ops()) {
    json::Array parameters;
    for (const ops::OpParameter& parameter : op.parameters) {
      json::Object row{{"name", parameter.name}, {"kind", kind_name(parameter.kind)}};
      if (parameter.default_value)
        row.set("default", serialize_keras_object(*parameter.default_value));
      parameters.push_back(std::move(row));
    }
    rows.push_back(json::Object{{"function", op.function},
                                {"className", op.class_name},
                                {"parameters", std::move(parameters)}});
  }
  return json::write(rows);
}

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_describe) {
  using namespace keras::bindings;
  bind<&describe_classes>("describeClasses");
  bind<&describe_operations>("describeOperations");
}
