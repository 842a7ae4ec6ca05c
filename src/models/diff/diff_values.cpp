#include "models/diff/diff_values.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <unordered_set>

#include "tensor/cast.h"

namespace keras {
namespace {

bool are_records_of_different_classes(const json::Object& a, const json::Object& b) {
  const json::Value* left = a.find("class_name");
  const json::Value* right = b.find("class_name");
  return left != nullptr && right != nullptr && !(*left == *right);
}

bool are_alike_lists_of_objects(const json::Value& a, const json::Value& b) {
  if (!a.is_array() || !b.is_array() || a.as_array().size() != b.as_array().size()) return false;
  const auto is_object = [](const json::Value& item) {
    return item.is_object() || item.is_array();
  };
  return std::ranges::any_of(a.as_array(), is_object);
}

}  // namespace

void compare_values(const json::Value* a, const json::Value* b, const std::string& key,
                    std::vector<ValueChange>& changes) {
  if (a != nullptr && b != nullptr) {
    if (*a == *b) return;
    if (a->is_object() && b->is_object() &&
        !are_records_of_different_classes(a->as_object(), b->as_object())) {
      const std::string prefix = key.empty() ? "" : key + ".";
      for (const auto& [name, value] : a->as_object()) {
        compare_values(&value, b->find(name), prefix + name, changes);
      }
      for (const auto& [name, value] : b->as_object()) {
        if (a->find(name) == nullptr) compare_values(nullptr, &value, prefix + name, changes);
      }
      return;
    }
    if (are_alike_lists_of_objects(*a, *b)) {
      for (size_t i = 0; i < a->as_array().size(); ++i) {
        compare_values(&a->as_array()[i], &b->as_array()[i], key + "[" + std::to_string(i) + "]",
                       changes);
      }
      return;
    }
  }
  const auto copy = [](const json::Value* value) {
    return value == nullptr ? std::nullopt : std::optional(*value);
  };
  changes.push_back({key, copy(a), copy(b)});
}

namespace {

double max_difference(const Tensor& a, const Tensor& b) {
  double largest = 0;
  const auto take = [&largest](double x, double y) {
    if (x == y || (std::isnan(x) && std::isnan(y)) || std::isnan(largest)) return;
    const double difference = std::abs(x - y);
    if (!(difference <= largest)) largest = difference;
  };
  const auto fits_float = [](DType dtype) { return is_float(dtype) && dtype != DType::kFloat64; };
  if (fits_float(a.dtype()) && fits_float(b.dtype())) {
    const Tensor left = cast_data(a, DType::kFloat32);
    const Tensor right = cast_data(b, DType::kFloat32);
    for (int64_t i = 0; i < a.size(); ++i) take(left.data<float>()[i], right.data<float>()[i]);
  } else {
    for (int64_t i = 0; i < a.size(); ++i) take(a.item(i), b.item(i));
  }
  return largest;
}

// The path below the layer: `kernel`, `forward_lstm/lstm_cell/kernel`.
std::string label_of(const Variable& variable, const std::string& layer_name) {
  const std::string in_layer = layer_name + "/";
  const std::string path = "/" + variable.path();
  const size_t found = path.find("/" + in_layer);
  if (found == std::string::npos) return variable.name();
  return path.substr(found + 1 + in_layer.size());
}

// Returns true for equal bits; otherwise fills in `change`.
bool compare_values_of(Variable& a, Variable& b, WeightChange& change) {
  if (&a == &b) return true;
  change.from = {a.shape(), a.dtype()};
  change.to = {b.shape(), b.dtype()};
  if (a.shape() != b.shape()) return false;
  const Tensor& left = a.stored_value();
  const Tensor& right = b.stored_value();
  if (a.dtype() == DType::kString || b.dtype() == DType::kString) {
    return a.dtype() == b.dtype() && left.string_data() == right.string_data();
  }
  if (a.dtype() == b.dtype() &&
      (left.bytes() == 0 || std::memcmp(left.raw_data(), right.raw_data(), left.bytes()) == 0)) {
    return true;
  }
  change.max_difference = max_difference(left, right);
  return false;
}

// For each variable of a the matching one of b.
std::vector<std::shared_ptr<Variable>> matches_of(const Layer::Variables& a,
                                                  const Layer::Variables& b) {
  if (a.size() == b.size()) return b;
  std::map<std::string, std::vector<std::shared_ptr<Variable>>> by_name;
  for (auto it = b.rbegin(); it != b.rend(); ++it) by_name[(*it)->name()].push_back(*it);
  std::vector<std::shared_ptr<Variable>> matches;
  for (const auto& variable : a) {
    auto& free = by_name[variable->name()];
    matches.push_back(free.empty() ? nullptr : free.back());
    if (!free.empty()) free.pop_back();
  }
  return matches;
}

}  // namespace

int64_t compare_weights(const Layer::Variables& a, const Layer::Variables& b,
                        const std::string& layer_name, std::vector<WeightChange>& changes) {
  int64_t same = 0;
  const auto matches = matches_of(a, b);
  for (size_t i = 0; i < a.size(); ++i) {
    WeightChange change{.weight = label_of(*a[i], layer_name)};
    if (!matches[i]) {
      change.from = {a[i]->shape(), a[i]->dtype()};
    } else if (compare_values_of(*a[i], *matches[i], change)) {
      ++same;
      continue;
    }
    changes.push_back(std::move(change));
  }
  const std::unordered_set<std::shared_ptr<Variable>> matched(matches.begin(), matches.end());
  for (const auto& variable : b) {
    if (matched.contains(variable)) continue;
    changes.push_back({.weight = label_of(*variable, layer_name),
                       .to = {{variable->shape(), variable->dtype()}}});
  }
  return same;
}

}  // namespace keras
