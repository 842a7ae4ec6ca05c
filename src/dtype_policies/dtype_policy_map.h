// Policies of sub-layers, by path or by regex (keras/src/dtype_policies/dtype_policy_map.py).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dtype_policies/dtype_policy.h"

namespace keras {

class DTypePolicyMap final : public DTypePolicy {
 public:
  // The policy at a layer path: an exact key, else the only regex that matches the whole path, else
  // the default policy. ValueError when several match.
  DTypePolicyPtr at(std::string_view path) const;
  // ValueError when the key exists.
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
