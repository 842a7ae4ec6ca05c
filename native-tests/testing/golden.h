// Reads golden cases: models, inputs and outputs written by Keras (native-tests/fixtures/golden;
// the generator's FORMAT.md describes them).
#pragma once

#include <iosfwd>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "json/value.h"
#include "tensor/tensor.h"
#include "tree/tree.h"

namespace keras::testing {

// <name>.json and the arrays of <name>.safetensors.
class GoldenGroup {
 public:
  // `name` is relative to the fixtures: "golden/Dense". Cached.
  static std::shared_ptr<const GoldenGroup> load(const std::string& name);

  const json::Array& cases() const;
  // A copy, so that tests cannot affect each other.
  Tensor array(const std::string& key) const;
  // Of `{array | strings, shape, dtype}`.
  Tensor tensor(const json::Value& item) const;
  // The tensors of a call's `inputs` in the tree `input_structure`.
  Tree inputs(const json::Value& call) const;

 private:
  json::Value content_;
  std::unordered_map<std::string, Tensor> arrays_;
};

struct GoldenCase {
  std::string group;
  size_t index;
  std::string id;  // "Dense/003"

  std::shared_ptr<const GoldenGroup> load() const { return GoldenGroup::load(group); }
  const json::Value& content() const { return load()->cases()[index]; }
};

// All cases of these groups in fixtures/<folder>.
std::vector<GoldenCase> golden_cases(const std::vector<std::string>& groups,
                                     const std::string& folder = "golden");
void PrintTo(const GoldenCase& golden, std::ostream* out);

// Reads a file in the safetensors format.
std::unordered_map<std::string, Tensor> read_safetensors(const std::string& fixture);

}  // namespace keras::testing
