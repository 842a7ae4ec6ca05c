#include "models/diff/model_calls.h"

#include <algorithm>

#include "models/functional/functional.h"
#include "models/sequential.h"
#include "serialization/serialize.h"

namespace keras {
namespace {

const Graph* graph_of(const Model& model) {
  if (const auto* functional = dynamic_cast<const Functional*>(&model)) return &functional->graph();
  const auto* sequential = dynamic_cast<const Sequential*>(&model);
  return sequential != nullptr && sequential->functional() ? &sequential->functional()->graph()
                                                           : nullptr;
}

}  // namespace

ModelCalls::ModelCalls(const Model& model) : graph_(graph_of(model)) {
  if (graph_ != nullptr) {
    wiring_ = Wiring::kGraph;
    operations_ = graph_->operations();
    numbers_.emplace(*graph_);
  } else if (const auto* sequential = dynamic_cast<const Sequential*>(&model)) {
    wiring_ = Wiring::kStack;
    operations_ = {sequential->stack().begin(), sequential->stack().end()};
  } else {
    operations_ = model.operations();
  }
  for (int i = 0; i < size(); ++i) index_.emplace(operation(i).get(), i);
  for (int i = 0; i < size(); ++i) {
    auto& calls = calls_.emplace_back();
    auto& output_counts = output_counts_.emplace_back();
    if (wiring_ == Wiring::kStack) calls.push_back(i == 0 ? Call{} : Call{{i - 1, 0, 0}});
    if (wiring_ != Wiring::kGraph) continue;
    for (const auto& node : numbers_->calls(*operation(i))) {
      output_counts.push_back(node->output_count());
      Call& call = calls.emplace_back();
      for (const Tensor& tensor : node->input_tensors()) call.push_back(source(tensor));
    }
  }
}

std::vector<std::pair<int, int>> ModelCalls::run_order() const {
  std::vector<std::pair<int, int>> order;
  if (graph_ == nullptr) return order;
  for (const auto& node : graph_->run_order()) {
    order.emplace_back(index_.at(node->operation()), numbers_->of(node.get()));
  }
  return order;
}

ModelCalls::Source ModelCalls::source(const Tensor& tensor) const {
  const KerasTensorInfo* info = keras_tensor_info(tensor);
  return {index_.at(info->node->operation()), numbers_->of(info->node.get()), info->tensor_index};
}

std::string ModelCalls::label(const Source& source) const {
  const std::string& name = operation(source.operation)->name();
  if (wiring_ != Wiring::kGraph) return name;
  const auto& outputs = output_counts_[static_cast<size_t>(source.operation)];
  const bool several_outputs = outputs[static_cast<size_t>(source.call)] > 1;
  return tensor_label(name, outputs.size() > 1 ? source.call : -1,
                      several_outputs ? source.output : -1);
}

bool ModelCalls::has_constants(int index) const {
  if (wiring_ != Wiring::kGraph) return false;
  return std::ranges::any_of(numbers_->calls(*operation(index)), [](const auto& node) {
    return !node->kwargs().empty() ||
           !std::ranges::all_of(node->args(), [](const Tree& arg) { return arg.is_tensor(); });
  });
}

json::Array ModelCalls::constants(int index) const {
  const auto nothing = [](const Tensor&) { return json::Value(); };
  json::Array calls;
  for (const auto& node : numbers_->calls(*operation(index))) {
    json::Array args;
    for (const Tree& arg : node->args()) args.push_back(serialize_keras_object(arg, nothing));
    calls.push_back(
        json::Object{{"args", std::move(args)},
                     {"kwargs", serialize_keras_object(Tree(node->kwargs()), nothing)}});
  }
  return calls;
}

}  // namespace keras
