// StringLookup: maps strings to indices (keras/src/layers/preprocessing/string_lookup.py).
#pragma once

#include "layers/preprocessing/index_lookup.h"

namespace keras {

class StringLookup final : public IndexLookup {
 public:
  StringLookup();
  void fields(FieldVisitor& f) override;

 protected:
  DType token_dtype() const override { return DType::kString; }
  std::string numpy_repr(const json::Value& token) const override;
  json::Value token_of_line(const std::string& line) const override { return line; }

 private:
  std::string encoding_ = "utf-8";
};

extern const ClassInfo kStringLookupClass;

}  // namespace keras
