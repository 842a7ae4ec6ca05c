#include "models/legacy/inbound_nodes.h"

#include <algorithm>
#include <map>
#include <string>

#include "base/error.h"
#include "json/members.h"

namespace keras::legacy {
namespace {

// Replaces the layer name for constant values.
constexpr const char* kConstant = "_CONSTANT_VALUE";

// [name, node, tensor] or [name, node, tensor, keyword arguments].
bool is_reference(const json::Value& value) {
  if (!value.is_array()) return false;
  const json::Array& parts = value.as_array();
  return (parts.size() == 3 || parts.size() == 4) && parts[0].is_string() && parts[1].is_int() &&
         (parts[2].is_int() || parts[0].as_string() == kConstant);
}

// Offset of a layer's call numbers. Models that start with a node linking their own inputs and
// outputs count from 1.
using Offsets = std::map<std::string, int64_t>;

class HighestCalls {
 public:
  void look(const json::Value& value) {
    if (is_reference(value)) {
      const json::Array& parts = value.as_array();
      int64_t& highest = highest_.try_emplace(parts[0].as_string(), 0).first->second;
      highest = std::max(highest, parts[1].as_int());
      if (parts.size() == 4) look(parts[3]);
    } else if (value.is_array()) {
      for (const json::Value& item : value.as_array()) look(item);
    } else if (value.is_object()) {
      for (const auto& [key, item] : value.as_object()) look(item);
    }
  }

  int64_t of(const std::string& name) const {
    const auto found = highest_.find(name);
    return found == highest_.end() ? 0 : found->second;
  }

 private:
  std::map<std::string, int64_t> highest_;
};

Offsets offsets_of(const json::Object& config) {
  HighestCalls highest;
  for (const json::Value& entry : config.at("layers").as_array()) {
    highest.look(entry.as_object().at("inbound_nodes"));
  }
  highest.look(config.at("input_layers"));
  highest.look(config.at("output_layers"));
  Offsets offsets;
  for (const json::Value& entry : config.at("layers").as_array()) {
    const std::string& name = entry.as_object().at("name").as_string();
    const auto calls =
        static_cast<int64_t>(entry.as_object().at("inbound_nodes").as_array().size());
    const int64_t excess = highest.of(name) - std::max<int64_t>(calls - 1, 0);
    if (excess > 0) offsets[name] = excess;
  }
  return offsets;
}

class Calls {
 public:
  explicit Calls(Offsets offsets) : offsets_(std::move(offsets)) {}

  json::Value modern(const json::Value& node) {
    if (!node.truthy()) return node;
    json::Value first = argument(node);
    if (first.is_array() && first.as_array().size() == 1 && !is_reference(node)) {
      const json::Value only = first.as_array().front();
      first = only;
    }
    json::Object kwargs = std::move(kwargs_);
    kwargs_ = {};
    return json::Object{{"args", json::Array{std::move(first)}}, {"kwargs", std::move(kwargs)}};
  }

  json::Array place(const json::Array& parts) const {
    const auto offset = offsets_.find(parts[0].as_string());
    return {without_slashes(parts[0].as_string()),
            parts[1].as_int() - (offset == offsets_.end() ? 0 : offset->second), parts[2]};
  }

 private:
  // The tensors of the first argument. Each holds keyword arguments; the last one's apply.
  json::Value argument(const json::Value& value) {
    if (is_reference(value)) {
      const json::Array& parts = value.as_array();
      kwargs_ = {};
      if (parts.size() == 4 && parts[3].is_object()) {
        for (const auto& [key, item] : parts[3].as_object()) kwargs_.set(key, keyword(item));
      }
      return parts[0].as_string() == kConstant ? parts[2] : tensor(parts);
    }
    return each(value, [this](const json::Value& item) { return argument(item); });
  }

  json::Value keyword(const json::Value& value) const {
    if (is_reference(value)) return tensor(value.as_array());
    return each(value, [this](const json::Value& item) { return keyword(item); });
  }

  static json::Value each(const json::Value& value, auto&& change) {
    if (value.is_array()) {
      json::Array items;
      for (const json::Value& item : value.as_array()) items.push_back(change(item));
      return items;
    }
    if (!value.is_object()) return value;
    json::Object members;
    for (const auto& [key, item] : value.as_object()) members.set(key, change(item));
    return members;
  }

  // Shape and dtype are taken from the referenced tensor.
  json::Value tensor(const json::Array& parts) const {
    json::Object config{
        {"shape", json::Array()}, {"dtype", "float32"}, {"keras_history", place(parts)}};
    return json::Object{{"class_name", "__keras_tensor__"}, {"config", std::move(config)}};
  }

  Offsets offsets_;
  json::Object kwargs_;
};

bool is_functional(const json::Object& config, const std::string& name) {
  for (const json::Value& entry : config.at("layers").as_array()) {
    if (without_slashes(json::text_member(entry, "name")) == name)
      return json::text_member(entry, "class_name") == "Functional";
  }
  return false;
}

// Only here, Keras 3 counts the calls of Functional models from 1.
json::Value modern_ends(const json::Value& ends, const json::Object& config, const Calls& calls) {
  if (is_reference(ends)) {
    json::Array place = calls.place(ends.as_array());
    if (is_functional(config, place[0].as_string())) place[1] = place[1].as_int() + 1;
    return place;
  }
  if (ends.is_array()) {
    json::Array items;
    for (const json::Value& item : ends.as_array()) {
      items.push_back(modern_ends(item, config, calls));
    }
    return items;
  }
  json::Object members;
  for (const auto& [key, item] : ends.as_object()) {
    members.set(key, modern_ends(item, config, calls));
  }
  return members;
}

}  // namespace

std::string without_slashes(std::string name) {
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
}

void modernize_calls(json::Object& config) {
  Calls calls(offsets_of(config));
  for (const char* key : {"input_layers", "output_layers"}) {
    config.set(key, modern_ends(config.at(key), config, calls));
  }
  for (json::Value& entry : config.find("layers")->as_array()) {
    json::Object& record = entry.as_object();
    for (json::Value& node : record.find("inbound_nodes")->as_array()) node = calls.modern(node);
    record.set("name", without_slashes(record.at("name").as_string()));
  }
}

void unwrap_single_ends(json::Object& config) {
  for (const char* key : {"input_layers", "output_layers"}) {
    json::Value* ends = config.find(key);
    if (ends == nullptr || !ends->is_array() || ends->as_array().size() != 1) continue;
    const json::Value only = ends->as_array().front();
    *ends = only;
  }
}

}  // namespace keras::legacy
