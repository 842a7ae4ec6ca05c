// In which dtypes a layer computes and keeps its weights
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
  // "int8", "float8", "int4", "gptq" or "awq"; empty for none.
  virtual std::string quantization_mode() const { return {}; }
  bool is_quantized() const { return !quantization_mode().empty(); }
  // The policy of the layer with that path: this one, unless it is a DTypePolicyMap. A layer that
  // is not built yet has no path.
  virtual const DTypePolicy& of_layer(std::string_view /*path*/) const { return *this; }

  // As Python's ==: same kind of policy, same settings. DTypePolicy and FloatDTypePolicy are one.
  virtual bool equals(const DTypePolicy& other) const;
  // `<DTypePolicy "mixed_float16">`
  virtual std::string repr() const;

  void fields(FieldVisitor& f) override;
  void validate() override;
  void configure(const json::Object& config) override;

 protected:
  // Takes compute and variable dtype from a name such as `mixed_bfloat16`.
  void parse_name(const std::string& name);

  std::string name_ = "float32";

 private:
  DType compute_dtype_ = DType::kFloat32;
  DType variable_dtype_ = DType::kFloat32;
};

using DTypePolicyPtr = std::shared_ptr<DTypePolicy>;

// As keras.dtype_policies.get: null is the global policy; else a name (a dtype, `mixed_float16`,
// `int8_from_float32`, ...), a record (module may be missing) or a live policy.
DTypePolicyPtr get_dtype_policy(const json::Value& identifier);

// keras.config.dtype_policy() and set_dtype_policy().
DTypePolicyPtr global_dtype_policy();
void set_global_dtype_policy(DTypePolicyPtr policy);
// Part of clear_session(): float32 again.
void reset_global_dtype_policy();

template <>
struct FieldTraits<DTypePolicyPtr> {
  static DTypePolicyPtr read(const json::Value& value) { return get_dtype_policy(value); }
  static json::Value write(const DTypePolicyPtr& policy);
  static constexpr std::string_view kTypeScript = "DTypePolicyIdentifier";
};

std::span<const ClassInfo* const> dtype_policy_classes();

}  // namespace keras
