#include "layers/core/lambda_bodies.h"

#include <unordered_set>
#include <vector>

#include "json/members.h"
#include "json/write.h"

namespace keras {
namespace {

struct Bodies {
  LambdaBodies by_name;
  // Functions of existing layers, keyed by layer name and function record. Also keyed by the record
  // alone; null there when layers with that record run different functions.
  LambdaBodies carried;
};

std::vector<Bodies>& scopes() {
  static std::vector<Bodies> open;
  return open;
}

std::string named_key(std::string_view name, const std::string& text) {
  return std::string(name) + '\n' + text;
}

void carry(const LayerPtr& layer, std::unordered_set<const Layer*>& seen, LambdaBodies& carried) {
  if (!seen.insert(layer.get()).second) return;
  if (const auto* lambda = dynamic_cast<const LambdaHolder*>(layer.get())) {
    if (const auto function = lambda->carried_function()) {
      const std::string text = json::write(lambda->function_config());
      carried.insert_or_assign(named_key(layer->name(), text), function);
      const auto [found, is_new] = carried.emplace(text, function);
      if (!is_new && found->second != function) found->second = nullptr;
    }
  }
  for (const LayerPtr& inner : layer->sublayers()) carry(inner, seen, carried);
}

std::shared_ptr<Function> find(const LambdaBodies& bodies, std::string_view key) {
  const auto found = bodies.find(key);
  return found == bodies.end() ? nullptr : found->second;
}

}  // namespace

bool is_python_lambda(const json::Value& function_config) {
  return json::text_member(function_config, "class_name") == "__lambda__";
}

LambdaBodyScope::LambdaBodyScope(LambdaBodies bodies) {
  scopes().push_back({.by_name = std::move(bodies), .carried = {}});
}

LambdaBodyScope::LambdaBodyScope(const LayerPtr& root) {
  Bodies bodies;
  std::unordered_set<const Layer*> seen;
  carry(root, seen, bodies.carried);
  scopes().push_back(std::move(bodies));
}

LambdaBodyScope::~LambdaBodyScope() { scopes().pop_back(); }

std::shared_ptr<Function> given_lambda_body(std::string_view name) {
  for (auto bodies = scopes().rbegin(); bodies != scopes().rend(); ++bodies) {
    if (auto function = find(bodies->by_name, name)) return function;
  }
  return nullptr;
}

std::shared_ptr<Function> carried_lambda_body(std::string_view name,
                                              const json::Value& function_config) {
  std::string text;
  for (auto bodies = scopes().rbegin(); bodies != scopes().rend(); ++bodies) {
    if (bodies->carried.empty()) continue;
    if (text.empty()) text = json::write(function_config);
    if (auto function = find(bodies->carried, named_key(name, text))) return function;
    if (auto function = find(bodies->carried, text)) return function;
  }
  return nullptr;
}

}  // namespace keras
