// Policies of the layers inside a layer, by path or by regular expression
// (keras/src/dtype_policies/dtype_policy_map.py).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dtype_policies/dtype_policy.h"

namespace keras {

class DTypePolicyMap final : public DTypePolicy {
 public:
  // The policy of that layer path: an exact key, else the one pattern that matches all of it, else
  // the default policy. Throws ValueError when several patterns match.
  DTypePolicyPtr at(std::string_view path) const;
  // Throws ValueError for a key that is there already.
  void insert(const std::string& key, DTypePolicyPtr policy);
  size_t size() const { return policies_.size(); }
  DTypePolicyPtr default_policy() const;

  std::string name() const override { return "map_" + default_policy()->name(); }
  DType compute_dtype() const override { return default_policy()->compute_dtype(); }
  DType variable_dtype() const override { return default_policy()->variable_dtype(); }
  std::string quantization_mode() const override { return default_policy()->quantization_mode(); }
  const DTypePolicy& of_layer(std::string_view path) const override {
    if (path.empty()) return *this;
    return *at(path);
  }
  bool equals(const DTypePolicy& other) const override { return this == &other; }
  std::string repr() const override;

  void fields(FieldVisitor& f) override;
  void validate() override;
  void configure(const json::Object& config) override;
  json::Object get_config() const override;

 private:
  json::Value default_given_;
  json::Value map_given_;
  DTypePolicyPtr default_policy_;
  std::vector<std::pair<std::string, DTypePolicyPtr>> policies_;
};

}  // namespace keras
