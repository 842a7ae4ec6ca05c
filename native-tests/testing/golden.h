// Reader of golden cases: a model, its inputs, and the outputs that Keras computed
// (native-tests/fixtures/golden/FORMAT.md describes them).
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
  // `name` is relative to the fixtures: "golden/Dense". Read once.
  static std::shared_ptr<const GoldenGroup> load(const std::string& name);

  const json::Array& cases() const;
  // A copy: tests may change it.
  Tensor array(const std::string& key) const;
  // The tensor that `{array | strings, shape, dtype}` describes.
  Tensor tensor(const json::Value& item) const;
  // The tensors of a call's `inputs` as the tree `input_structure`.
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

// The names of the groups in fixtures/<folder>, sorted.
std::vector<std::string> golden_groups(const std::string& folder = "golden");

// All cases of these groups of fixtures/<folder>.
std::vector<GoldenCase> golden_cases(const std::vector<std::string>& groups,
                                     const std::string& folder = "golden");
void PrintTo(const GoldenCase& golden, std::ostream* out);

// A file in the safetensors format.
std::unordered_map<std::string, Tensor> read_safetensors(const std::string& fixture);

}  // namespace keras::testing
