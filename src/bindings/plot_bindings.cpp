// The edges between the layers of a model, for plots.
#include "bindings/codec/codec.h"
#include "bindings/codec/handles.h"
#include "bindings/guard.h"
#include "models/functional/functional.h"
#include "models/sequential.h"

namespace keras::bindings {
namespace {

json::Value uid_of(const Operation& operation) { return static_cast<int64_t>(operation.uid()); }

// [uid, index] of the operation that made a tensor; [] for a tensor that no operation made.
json::Array origin_of(const Tensor& tensor) {
  const KerasTensorInfo* info = keras_tensor_info(tensor);
  if (info == nullptr || info->node == nullptr) return {};
  return {uid_of(*info->node->operation()), int64_t{info->tensor_index}};
}

json::Array origins_of(const std::vector<Tensor>& tensors) {
  json::Array origins;
  for (const Tensor& tensor : tensors) origins.emplace_back(origin_of(tensor));
  return origins;
}

// The tensor arguments of each call of an operation; of a graph, only of the calls in it.
json::Array calls_of(const Operation& operation, const Graph* graph) {
  json::Array calls;
  for (size_t i = 0; i < operation.node_count(); ++i) {
    const auto node = operation.node(i);
    if (!node || (graph != nullptr && !graph->contains(node.get()))) continue;
    calls.emplace_back(origins_of(node->input_tensors()));
  }
  return calls;
}

// {operations: [[uid, [[[uid, index], ...], ...]], ...], inputs: [[uid, index], ...], outputs}: the
// operations with their calls, and where the tensors come from; null for subclassed models.
std::string model_connections(const ObjectHandle& handle) {
  const auto model = handle.as<Model>();
  json::Array operations;
  const auto add = [&](const Operation& operation, const Graph* graph) {
    operations.emplace_back(json::Array{uid_of(operation), calls_of(operation, graph)});
  };
  const auto described = [&](const std::vector<Tensor>& inputs,
                             const std::vector<Tensor>& outputs) {
    return encode(json::Object{{"operations", std::move(operations)},
                               {"inputs", origins_of(inputs)},
                               {"outputs", origins_of(outputs)}});
  };
  if (const auto functional = std::dynamic_pointer_cast<Functional>(model)) {
    for (const auto& operation : functional->operations()) add(*operation, &functional->graph());
    return described(functional->inputs(), functional->outputs());
  }
  if (const auto sequential = std::dynamic_pointer_cast<Sequential>(model)) {
    for (const auto& layer : sequential->layers()) add(*layer, nullptr);
    if (!sequential->functional()) return described({}, {});
    return described(sequential->inputs(), sequential->outputs());
  }
  return "null";
}

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_plot) {
  using namespace keras::bindings;
  bind<&model_connections>("modelConnections");
}
