// Describes classes and operations for the generator of TypeScript (tools/generate).
#include "bindings/guard.h"
#include "json/write.h"
#include "layers/preprocessing/adaptable.h"
#include "layers/preprocessing/vocabulary_holder.h"
#include "ops/table/registry.h"
#include "serialization/registry.h"
#include "serialization/serialize.h"

namespace keras::bindings {
namespace {

json::Value describe_class(const ClassInfo& info) {
  json::Array fields;
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
                      {"adaptable", dynamic_cast<Adaptable*>(object.get()) != nullptr},
                      {"hasVocabulary", dynamic_cast<VocabularyHolder*>(object.get()) != nullptr},
                      {"fields", std::move(fields)}};
}

constexpr std::pair<std::string_view, Family> kFamilies[] = {
    {"layers", Family::kLayer},
    {"initializers", Family::kInitializer},
    {"regularizers", Family::kRegularizer},
    {"constraints", Family::kConstraint},
    {"dtypePolicies", Family::kDTypePolicy},
    {"quantizers", Family::kQuantizer},
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

constexpr std::string_view type_name(ops::ValueType type) {
  switch (type) {
    case ops::ValueType::kAny:
      return "any";
    case ops::ValueType::kTensor:
      return "tensor";
    case ops::ValueType::kTensors:
      return "tensors";
    case ops::ValueType::kAxes:
      return "axes";
    case ops::ValueType::kInt:
      return "int";
    case ops::ValueType::kInts:
      return "ints";
    case ops::ValueType::kSize:
      return "size";
    case ops::ValueType::kShape:
      return "shape";
    case ops::ValueType::kFloat:
      return "float";
    case ops::ValueType::kBool:
      return "bool";
    case ops::ValueType::kString:
      return "string";
    case ops::ValueType::kDType:
      return "dtype";
    case ops::ValueType::kNdarray:
      return "ndarray";
  }
  return "";
}

// [{function, className, result, parameters: [{name, kind, type, nullable[, default]}]}]
std::string describe_operations() {
  json::Array rows;
  for (const auto& [function, info] : ops::describe_ops()) {
    json::Array parameters;
    for (size_t i = 0; i < info->parameters.size(); ++i) {
      const ops::OpParameter& parameter = info->parameters[i];
      json::Object row{{"name", parameter.name},
                       {"kind", kind_name(parameter.kind)},
                       {"type", type_name(info->row.parameter_types[i].type)},
                       {"nullable", info->row.parameter_types[i].is_optional}};
      if (parameter.default_value)
        row.set("default", serialize_keras_object(*parameter.default_value));
      parameters.push_back(std::move(row));
    }
    rows.push_back(json::Object{{"function", function},
                                {"className", info->row.class_name()},
                                {"result", type_name(info->row.result_type)},
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
