#include "models/plan_cache.h"

#include <algorithm>

#include "base/error.h"
#include "base/function_ref.h"
#include "runtime/emit.h"
#include "runtime/plan.h"
#include "runtime/recorder.h"
#include "tensor/variable.h"

namespace keras {
namespace {

// A few batch sizes are normal; an unbounded variety of shapes must not keep a plan for each.
constexpr size_t kMaxPlans = 8;

struct Signature {
  std::vector<Shape> shapes;
  std::vector<DType> dtypes;
  std::vector<bool> given;  // by leaf: optional inputs may be None
  bool operator==(const Signature&) const = default;
};

Signature signature_of(const Tree& inputs) {
  Signature signature;
  for_each_leaf(inputs, [&](const Tree& leaf) {
    signature.given.push_back(!leaf.is_none());
    if (!leaf.is_tensor()) return;
    signature.shapes.push_back(leaf.as_tensor().shape());
    signature.dtypes.push_back(leaf.as_tensor().dtype());
  });
  return signature;
}

}  // namespace

struct PlanCache::Entry {
  Signature signature;
  Tree structure;                       // of the inputs: distinguishes lists from dicts
  std::unique_ptr<runtime::Plan> plan;  // null when such inputs cannot be recorded
  Tree outputs;                         // tensors are replaced in order by the plan's results
};

PlanCache::PlanCache() = default;
PlanCache::~PlanCache() = default;

void PlanCache::clear() { entries_.clear(); }

runtime::Plan* PlanCache::last() const {
  return entries_.empty() ? nullptr : entries_.front()->plan.get();
}

namespace {

Tree with_results(const Tree& outputs, std::vector<Tensor> results) {
  size_t next = 0;
  return map_structure(
      outputs, [&](const Tree& leaf) { return leaf.is_tensor() ? Tree(results[next++]) : leaf; });
}

}  // namespace

Tree PlanCache::run(const Tree& inputs, FunctionRef<Tree(const Tree&)> call) {
  const std::vector<Tensor> tensors = flatten_tensors(inputs);
  // Already recording: a model as a layer.
  if (runtime::Recorder::current() != nullptr) return call(inputs);
  if (weights_version_ != Variable::global_version()) {
    clear();
    weights_version_ = Variable::global_version();
  }
  const Signature signature = signature_of(inputs);
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i]->signature != signature || !same_structure(entries_[i]->structure, inputs))
      continue;
    std::rotate(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(i),
                entries_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    runtime::Plan* plan = entries_.front()->plan.get();
    return plan == nullptr ? call(inputs)
                           : with_results(entries_.front()->outputs, plan->run(tensors));
  }

  auto entry = std::make_unique<Entry>();
  entry->signature = signature;
  // Keeps containers and keys, but not the tensors.
  entry->structure = map_structure(inputs, [](const Tree&) { return Tree(); });
  try {
    runtime::Recorder recorder;
    const Tree slots = map_structure(inputs, [&](const Tree& leaf) -> Tree {
      if (!leaf.is_tensor() && !leaf.is_ndarray()) return leaf;
      return recorder.input(leaf.as_tensor().shape(), leaf.as_tensor().dtype());
    });
    entry->outputs = call(slots);
    entry->plan = std::make_unique<runtime::Plan>(recorder, flatten_tensors(entry->outputs));
  } catch (const runtime::NotRecordable&) {
    entry->outputs = {};
    keep(std::move(entry));
    return call(inputs);
  }
  const Tree outputs = with_results(entry->outputs, entry->plan->run(tensors));
  if (entry->plan->is_cacheable()) {
    // The results are slots of a finished recording, of which only the positions matter.
    entry->outputs = map_structure(entry->outputs, [](const Tree& leaf) {
      return leaf.is_tensor()
                 ? Tree(Tensor::abstract(leaf.as_tensor().shape(), leaf.as_tensor().dtype()))
                 : leaf;
    });
    keep(std::move(entry));
  }
  return outputs;
}

void PlanCache::keep(std::unique_ptr<Entry> entry) {
  entries_.insert(entries_.begin(), std::move(entry));
  if (entries_.size() > kMaxPlans) entries_.pop_back();
  // Recording draws pending weights, which does not invalidate the plan.
  weights_version_ = Variable::global_version();
}

}  // namespace keras
