// keras.dtype_policies.get and the global policy.
#include "base/error.h"
#include "dtype_policies/quantized_dtype_policy.h"
#include "json/repr.h"
#include "serialization/custom_objects.h"
#include "serialization/deserialize.h"
#include "serialization/serialize.h"

namespace keras {

#define DTYPE_POLICY(Name) extern const ClassInfo k##Name##Class;
#include "dtype_policies/dtype_policies.inc"
#undef DTYPE_POLICY

namespace {

DTypePolicyPtr& global() {
  static DTypePolicyPtr policy;
  return policy;
}

DTypePolicyPtr make(const ClassInfo& info, json::Object config) {
  return std::static_pointer_cast<DTypePolicy>(construct(info, config));
}

// Parses `int8_from_float32`: a mode and the name of another policy.
DTypePolicyPtr quantized_policy(std::string_view name) {
  constexpr std::string_view kFrom = "_from_";
  const size_t from = name.find(kFrom);
  if (from == name.npos || name.find(kFrom, from + kFrom.size()) != name.npos) {
    raise_value_error(
        {"Cannot convert `policy` into a valid pair (`mode`, `source_name`) to instantiate "
         "`QuantizedDTypePolicy`. Received: policy=",
         std::string(name)});
  }
  const std::string_view mode = name.substr(0, from);
  const ClassInfo& info = name.starts_with("float8") ? kQuantizedFloat8DTypePolicyClass
                          : name.starts_with("gptq") ? kGPTQDTypePolicyClass
                          : name.starts_with("awq")  ? kAWQDTypePolicyClass
                          : name.starts_with("int4") && mode.find('/') != mode.npos
                              ? kInt4DTypePolicyClass
                              : kQuantizedDTypePolicyClass;
  return make(info, {{"mode", mode}, {"source_name", name.substr(from + kFrom.size())}});
}

// Whether `record` is what serialize_keras_object writes for this plain policy.
bool is_record_of(const json::Object& record, const DTypePolicy& policy) {
  if (&policy.class_info() != &kDTypePolicyClass || record.size() != 4) return false;
  const auto says = [](const json::Value* value, std::string_view text) {
    return value != nullptr && value->is_string() && value->as_string() == text;
  };
  const json::Value* config = record.find("config");
  const json::Value* registered = record.find("registered_name");
  return says(record.find("class_name"), kDTypePolicyClass.class_name) &&
         says(record.find("module"), kDTypePolicyClass.module) && registered != nullptr &&
         registered->is_null() && config != nullptr && config->is_object() &&
         config->as_object().size() == 1 && says(config->find("name"), policy.name());
}

}  // namespace

DTypePolicyPtr get_dtype_policy(const json::Value& identifier) {
  if (identifier.is_null()) return global_dtype_policy();
  if (identifier.is_string()) {
    return is_quantization_mode(identifier.as_string())
               ? quantized_policy(identifier.as_string())
               : make(kDTypePolicyClass, {{"name", identifier}});
  }
  if (!identifier.may_be_keras_object()) {
    raise_value_error(
        {"Cannot interpret `dtype` argument. Expected a string or an instance of DTypePolicy. "
         "Received: dtype=",
         repr(identifier)});
  }
  // The common case: layers with the global policy share it.
  if (identifier.is_object() && no_custom_objects() &&
      is_record_of(identifier.as_object(), *global_dtype_policy())) {
    return global_dtype_policy();
  }
  const Tree value = deserialize_in_family(Family::kDTypePolicy, identifier);
  if (value.is_object()) {
    if (auto policy = std::dynamic_pointer_cast<DTypePolicy>(value.as_object())) return policy;
  }
  // The name of a class that is not a Keras policy, such as tf.keras's `Policy`: Keras returns the
  // string, and the layer fails on it.
  raise_attribute_error({"'str' object has no attribute 'quantization_mode'"});
}

DTypePolicyPtr global_dtype_policy() {
  if (!global()) global() = get_dtype_policy("float32");
  return global();
}

void set_global_dtype_policy(DTypePolicyPtr policy) { global() = std::move(policy); }
void reset_global_dtype_policy() { global() = nullptr; }

json::Value FieldTraits<DTypePolicyPtr>::write(const DTypePolicyPtr& policy) {
  return policy ? serialize_keras_object(*policy) : json::Value();
}

std::span<const ClassInfo* const> dtype_policy_classes() {
  static constexpr const ClassInfo* kClasses[] = {
#define DTYPE_POLICY(Name) &k##Name##Class,
#include "dtype_policies/dtype_policies.inc"
#undef DTYPE_POLICY
  };
  return kClasses;
}

}  // namespace keras
