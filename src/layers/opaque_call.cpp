#include "layers/opaque_call.h"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "base/js_error.h"
#include "base/warning.h"
#include "graph/keras_tensor.h"
#include "runtime/emit.h"
#include "runtime/recorder.h"
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

// Says once for each name that a call stays opaque.
void warn_of_missing_data(std::string_view name, const std::string& place) {
  static std::set<std::string, std::less<>> named;
  if (!named.emplace(name).second) return;
  warn("'" + std::string(name) +
       "' is called in every prediction instead of being compiled into the plan, because it reads "
       "the values of a tensor" +
       (place.empty() ? "" : " (" + place + ")") +
       ". `static jit = false` in its class says that this is meant.");
}

bool are_known(const Tree& results) {
  return std::ranges::none_of(flatten_tensors(results),
                              [](const Tensor& tensor) { return tensor.is_abstract(); });
}

// The results of the function on slots; nothing when they would not hold for later runs of the
// plan.
std::optional<Tree> traced(std::string_view name, const Tree& arguments,
                           const OpaqueFunction& function) {
  runtime::Recorder& recorder = *runtime::Recorder::current();
  const runtime::Recorder::Mark mark = recorder.mark();
  TraceScope scope;
  try {
    const Tree results = function(arguments);
    if (!scope.missed_data() && !scope.changed_variables() &&
        !recorder.is_uncacheable_since(mark) && are_known(results)) {
      return results;
    }
  } catch (const Error& error) {
    if (is_recursion_error(error) || !scope.missed_data()) throw;
  }
  recorder.rewind(mark);
  if (scope.missed_data()) warn_of_missing_data(name, scope.place());
  return std::nullopt;
}

}  // namespace

Tree call_opaque(std::string_view name, const Tree& arguments, const OpaqueFunction& function,
                 Jit jit) {
  const std::vector<Tensor> tensors = flatten_tensors(arguments);
  if (std::none_of(tensors.begin(), tensors.end(), [](const Tensor& t) { return t.is_slot(); })) {
    return function(arguments);
  }
  if (jit == Jit::kOn) {
    if (std::optional<Tree> results = traced(name, arguments, function)) return *results;
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
