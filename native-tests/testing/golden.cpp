#include "testing/golden.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <ostream>
#include <stdexcept>

#include "json/parse.h"
#include "serialization/fields.h"
#include "serialization/revive_values.h"
#include "testing/fixtures.h"

namespace keras::testing {
namespace {

DType dtype_of(const std::string& name) {
  static const std::map<std::string, DType> dtypes = {
      {"BOOL", DType::kBool},    {"U8", DType::kUInt8},           {"U16", DType::kUInt16},
      {"U32", DType::kUInt32},   {"U64", DType::kUInt64},         {"I8", DType::kInt8},
      {"I16", DType::kInt16},    {"I32", DType::kInt32},          {"I64", DType::kInt64},
      {"F16", DType::kFloat16},  {"BF16", DType::kBFloat16},      {"F32", DType::kFloat32},
      {"F64", DType::kFloat64},  {"F8_E4M3", DType::kFloat8E4M3}, {"F8_E5M2", DType::kFloat8E5M2},
      {"C64", DType::kComplex64}};
  return dtypes.at(name);
}

Tree structured(const json::Value& structure, const std::vector<Tree>& leaves) {
  if (structure.is_null()) return {};
  if (structure.is_number()) return leaves.at(static_cast<size_t>(structure.as_int()));
  if (structure.is_array()) {
    Tree::Sequence items;
    for (const json::Value& item : structure.as_array()) items.push_back(structured(item, leaves));
    return Tree::list(std::move(items));
  }
  Tree::Dict dict;
  for (const auto& [key, item] : structure.as_object()) dict.set(key, structured(item, leaves));
  return dict;
}

}  // namespace

std::unordered_map<std::string, Tensor> read_safetensors(const std::string& fixture) {
  const std::string file = read_text(fixture);
  uint64_t header_size = 0;
  if (file.size() < sizeof header_size) throw std::runtime_error(fixture + " is truncated");
  std::memcpy(&header_size, file.data(), sizeof header_size);
  const size_t start = sizeof header_size + header_size;
  const json::Value header =
      json::parse(std::string_view(file).substr(sizeof header_size, header_size));
  std::unordered_map<std::string, Tensor> arrays;
  for (const auto& [key, entry] : header.as_object()) {
    if (key == "__metadata__") continue;
    const auto& offsets = entry.find("data_offsets")->as_array();
    const auto from = static_cast<size_t>(offsets[0].as_int());
    const auto to = static_cast<size_t>(offsets[1].as_int());
    const auto* bytes = reinterpret_cast<const std::byte*>(file.data() + start + from);
    if (start + to > file.size()) throw std::runtime_error(fixture + " is truncated");
    arrays.emplace(
        key, Tensor::from_bytes({bytes, to - from}, FieldTraits<Shape>::read(*entry.find("shape")),
                                dtype_of(entry.find("dtype")->as_string())));
  }
  return arrays;
}

std::shared_ptr<const GoldenGroup> GoldenGroup::load(const std::string& name) {
  static std::map<std::string, std::shared_ptr<const GoldenGroup>> groups;
  auto& known = groups[name];
  if (!known) {
    auto group = std::make_shared<GoldenGroup>();
    group->content_ = read_json(name + ".json");
    group->arrays_ = read_safetensors(name + ".safetensors");
    known = group;
  }
  return known;
}

const json::Array& GoldenGroup::cases() const { return content_.find("cases")->as_array(); }

Tensor GoldenGroup::array(const std::string& key) const {
  const auto found = arrays_.find(key);
  if (found == arrays_.end()) throw std::runtime_error("No golden array " + key);
  return found->second.copy();
}

Tensor GoldenGroup::tensor(const json::Value& item) const {
  if (const json::Value* key = item.find("array")) return array(key->as_string());
  return tensor_from_json(*item.find("strings"), DType::kString);
}

Tree GoldenGroup::inputs(const json::Value& call) const {
  std::vector<Tree> leaves;
  for (const json::Value& item : call.find("inputs")->as_array()) leaves.push_back(tensor(item));
  return structured(*call.find("input_structure"), leaves);
}

std::vector<std::string> golden_groups(const std::string& folder) {
  std::vector<std::string> groups;
  const auto path = std::filesystem::path(KERAS_FIXTURES) / folder;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    if (entry.path().extension() == ".json") groups.push_back(entry.path().stem().string());
  }
  std::sort(groups.begin(), groups.end());
  return groups;
}

std::vector<GoldenCase> golden_cases(const std::vector<std::string>& groups,
                                     const std::string& folder) {
  std::vector<GoldenCase> out;
  for (const std::string& group : groups) {
    const std::string name = folder + "/" + group;
    const auto loaded = GoldenGroup::load(name);
    for (size_t i = 0; i < loaded->cases().size(); ++i) {
      out.push_back({name, i, loaded->cases()[i].find("id")->as_string()});
    }
  }
  return out;
}

void PrintTo(const GoldenCase& golden, std::ostream* out) {
  *out << golden.id << ": " << golden.content().find("note")->as_string();
}

}  // namespace keras::testing
