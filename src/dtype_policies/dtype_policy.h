// The dtypes in which a layer computes and stores its weights
// (keras/src/dtype_policies/dtype_policy.py).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/dtype.h"
#include "serialization/object.h"

namespace keras {

class DTypePolicy : public Object {
 public:
  virtual std::string name() const { return name_; }
  virtual DType compute_dtype() const { return compute_dtype_; }
  virtual DType variable_dtype() const { return variable_dtype_; }
  // "int8", "float8", "int4", "gptq" or "awq"; empty when not quantized.
  virtual std::string quantization_mode() const { return {}; }
  bool is_quantized() const { return !quantization_mode().empty(); }
  // The policy of the layer at that path: this one, except in a DTypePolicyMap. Unbuilt layers have
  // no path.
  virtual const DTypePolicy& of_layer(std::string_view /*path*/) const { return *this; }

  // As Python's ==: same class and settings. DTypePolicy and FloatDTypePolicy compare equal.
  virtual bool equals(const DTypePolicy& other) const;
  // `<DTypePolicy "mixed_float16">`
  virtual std::string repr() const;

  void fields(FieldVisitor& f) override;
  void validate() override;
  void configure(const json::Object& config) override;

 protected:
  // Sets compute and variable dtype from a name such as `mixed_bfloat16`.
  void parse_name(const std::string& name);

  std::string name_ = "float32";

 private:
  DType compute_dtype_ = DType::kFloat32;
  DType variable_dtype_ = DType::kFloat32;
};

using DTypePolicyPtr = std::shared_ptr<DTypePolicy>;

// As keras.dtype_policies.get: the global policy for null; otherwise a name (a dtype,
// `mixed_float16`, `int8_from_float32`, ...), a record (module optional) or a live policy.
DTypePolicyPtr get_dtype_policy(const json::Value& identifier);

// keras.config.dtype_policy() and set_dtype_policy().
DTypePolicyPtr global_dtype_policy();
void set_global_dtype_policy(DTypePolicyPtr policy);
// Part of clear_session(): resets to float32.
void reset_global_dtype_policy();

template <>
struct FieldTraits<DTypePolicyPtr> {
  static DTypePolicyPtr read(const json::Value& value) { return get_dtype_policy(value); }
  static json::Value write(const DTypePolicyPtr& policy);
  static constexpr std::string_view kTypeScript = "DTypePolicyIdentifier";
};

std::span<const ClassInfo* const> dtype_policy_classes();

}  // namespace keras
