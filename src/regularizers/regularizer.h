// The base of regularizers: penalties on weights or outputs
// (keras/src/regularizers/regularizers.py).
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "serialization/object.h"
#include "tensor/tensor.h"

namespace keras {

class Regularizer : public Object {
 public:
  virtual float value(const Tensor& x) const;
  json::Object get_config() const override;
  // As keras.regularizers.serialize.
  virtual json::Value serialize() const;
};

using RegularizerPtr = std::shared_ptr<Regularizer>;

// As keras.regularizers.get: null for null; otherwise `l2` or `L2`, a record or a live object.
RegularizerPtr get_regularizer(const json::Value& identifier);

template <>
struct FieldTraits<RegularizerPtr> {
  static RegularizerPtr read(const json::Value& value) { return get_regularizer(value); }
  static json::Value write(const RegularizerPtr& regularizer);
  static constexpr bool kAssignable = true;
  static constexpr FieldRole kRole = FieldRole::kRegularizer;
  static constexpr std::string_view kTypeScript = "RegularizerIdentifier | null";
};

std::span<const ClassInfo* const> regularizer_classes();

}  // namespace keras
