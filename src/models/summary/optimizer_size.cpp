#include "models/summary/optimizer_size.h"

#include <string_view>

namespace keras {
namespace {

// Numbers of variables per weight, and of scalars besides iterations and learning rate.
struct Kind {
  std::string_view name;
  int per_weight = 0;
  int single = 0;
};
constexpr Kind kKinds[] = {{"SGD"},        {"RMSprop", 1},  {"Adam", 2},   {"AdamW", 2},
                           {"Adagrad", 1}, {"Adadelta", 2}, {"Adamax", 2}, {"Nadam", 2, 1},
                           {"Ftrl", 2},    {"Lion", 1},     {"Lamb", 2}};

const json::Value* member(const json::Value& value, std::string_view key) {
  return value.is_object() ? value.find(key) : nullptr;
}

bool is_set(const json::Value& config, std::string_view key) {
  const json::Value* value = member(config, key);
  return value != nullptr && value->truthy();
}

int count_per_weight(const json::Value& config, const Kind& kind) {
  int count = kind.per_weight;
  const bool has_momentum = kind.name == "SGD" || kind.name == "RMSprop";
  if (has_momentum) count += is_set(config, "momentum");
  for (const char* option : {"centered", "amsgrad", "use_ema", "gradient_accumulation_steps"}) {
    count += is_set(config, option);
  }
  return count;
}

std::optional<VariablesSize> size_of_record(const json::Value& record,
                                            const Layer::Variables& trainable) {
  const json::Value* class_name = member(record, "class_name");
  const json::Value* config = member(record, "config");
  if (class_name == nullptr || config == nullptr) return std::nullopt;
  // A schedule replaces the learning rate variable.
  const json::Value* rate = member(*config, "learning_rate");
  const int singles = rate != nullptr && rate->is_object() ? 1 : 2;
  if (*class_name == json::Value("LossScaleOptimizer")) {
    const json::Value* inner = member(*config, "inner_optimizer");
    auto size = inner == nullptr ? std::nullopt : size_of_record(*inner, trainable);
    if (size) *size = {size->count + singles + 2, size->bytes + (singles + 2) * 4};
    return size;
  }
  for (const Kind& kind : kKinds) {
    if (*class_name != json::Value(kind.name)) continue;
    VariablesSize size{singles + kind.single, (singles + kind.single) * 4};
    const int count = count_per_weight(*config, kind);
    for (const auto& weight : trainable) {
      size.count += count * weight->shape().size();
      size.bytes +=
          count * weight->shape().size() * static_cast<int64_t>(dtype_size(weight->dtype()));
    }
    return size;
  }
  return std::nullopt;
}

}  // namespace

std::optional<VariablesSize> optimizer_size(const json::Value& compile_config,
                                            const Layer::Variables& trainable) {
  const json::Value* optimizer = member(compile_config, "optimizer");
  return optimizer == nullptr ? std::nullopt : size_of_record(*optimizer, trainable);
}

}  // namespace keras
