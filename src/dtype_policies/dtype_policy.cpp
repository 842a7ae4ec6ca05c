#include "dtype_policies/dtype_policy.h"

#include <typeinfo>

#include "base/error.h"
#include "json/repr.h"

namespace keras {

// An alias of DTypePolicy that Keras keeps for old code.
class FloatDTypePolicy final : public DTypePolicy {};

namespace {

bool is_plain(const DTypePolicy& policy) {
  return typeid(policy) == typeid(DTypePolicy) || typeid(policy) == typeid(FloatDTypePolicy);
}

}  // namespace

void DTypePolicy::parse_name(const std::string& name) {
  if (name == "mixed_float16" || name == "mixed_bfloat16") {
    compute_dtype_ = name == "mixed_float16" ? DType::kFloat16 : DType::kBFloat16;
    variable_dtype_ = DType::kFloat32;
    return;
  }
  const auto dtype = find_dtype(name);
  if (!dtype) {
    raise_value_error({"Cannot convert '", name,
                       "' to a mixed precision DTypePolicy. Valid policies include "
                       "'mixed_float16', 'mixed_bfloat16', and the name of any float dtype such as "
                       "'float32'."});
  }
  compute_dtype_ = variable_dtype_ = *dtype;
}

void DTypePolicy::fields(FieldVisitor& f) {
  f("name", name_, "A dtype, `mixed_float16` or `mixed_bfloat16`.");
}

void DTypePolicy::configure(const json::Object& config) {
  json::Object given = config;
  json::Value* name = given.find("name");
  if (name == nullptr || name->is_null()) {
    given.set("name", global_dtype_policy()->name());
  } else if (!name->is_string()) {
    raise_type_error(
        {"'name' must be a string, such as 'mixed_float16'. Received: name=", keras::repr(*name),
         " (of type <class '", std::string(python_type_name(*name)), "'>)"});
  }
  Object::configure(given);
}

void DTypePolicy::validate() { parse_name(name_); }

bool DTypePolicy::equals(const DTypePolicy& other) const {
  if (is_plain(*this) ? !is_plain(other) : typeid(*this) != typeid(other)) return false;
  return name() == other.name();
}

std::string DTypePolicy::repr() const {
  const std::string_view shown = is_plain(*this) ? "DTypePolicy" : class_info().class_name;
  return "<" + std::string(shown) + " \"" + name() + "\">";
}

KERAS_CLASS("keras", DTypePolicy, Family::kDTypePolicy)
KERAS_CLASS("keras", FloatDTypePolicy, Family::kDTypePolicy)

}  // namespace keras
