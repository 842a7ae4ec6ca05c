#include "layers/opaque_call.h"

#include <algorithm>
#include <vector>

#include "base/js_error.h"
#include "graph/keras_tensor.h"
#include "runtime/emit.h"
#include "tensor/variable.h"

namespace keras {
namespace {

Tree with_tensors(const Tree& tree, std::span<const Tensor> values) {
  size_t next = 0;
  return map_structure(
      tree, [&](const Tree& leaf) { return leaf.is_tensor() ? Tree(values[next++]) : leaf; });
}

Tree abstract(const Tree& tree) {
  return map_structure(tree, [](const Tree& leaf) {
    if (!leaf.is_tensor()) return leaf;
    return Tree(Tensor::abstract(leaf.as_tensor().shape(), leaf.as_tensor().dtype()));
  });
}

Tree promised_result(const Tree& arguments, const OpaqueFunction& function) {
  const ShapesOnlyScope scope;
  try {
    return function(abstract(arguments));
  } catch (const Error& error) {
    // Code that needs data may fail here; report any other error.
    if (is_recursion_error(error) || !scope.missed_data()) throw;
    throw runtime::NotRecordable();
  }
}

}  // namespace

Tree call_opaque(std::string_view name, const Tree& arguments, const OpaqueFunction& function) {
  const std::vector<Tensor> tensors = flatten_tensors(arguments);
  if (std::none_of(tensors.begin(), tensors.end(), [](const Tensor& t) { return t.is_slot(); })) {
    return function(arguments);
  }
  const Tree promised = promised_result(arguments, function);
  std::vector<runtime::Spec> specs;
  for (const Tensor& tensor : flatten_tensors(promised)) {
    specs.push_back({tensor.shape(), tensor.dtype()});
  }
  const auto run = [arguments, function,
                    autocast = AutocastScope::current()](std::span<const Tensor> values) {
    const AutocastScope scope(autocast);
    return flatten_tensors(function(with_tensors(arguments, values)));
  };
  return with_tensors(promised, runtime::emit_js(name, tensors, specs, run));
}

}  // namespace keras
