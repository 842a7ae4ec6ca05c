#include "models/legacy/tf_function.h"

#include <set>

#include "base/error.h"
#include "graph/keras_tensor.h"
#include "json/members.h"
#include "models/legacy/tf_calls.h"

namespace keras::legacy {
namespace {

constinit const ClassInfo kTfFunctionClass{.module = "keras.src.layers.core.tf_op_layer",
                                           .class_name = "TFOpLambda",
                                           .registered_name = "TFOpLambda",
                                           .family = Family::kOperation,
                                           .create = nullptr};

// Prefixes the names of the operations between `inputs` and `result`: automatic names could clash
// with layers of the model.
class Naming {
 public:
  Naming(const std::string& name, const std::vector<Tensor>& inputs) : name_(name) {
    for (const Tensor& input : inputs) known_.insert(keras_tensor_info(input));
  }

  void visit(const Tree& result) {
    for (const Tensor& tensor : flatten_tensors(result)) {
      const KerasTensorInfo* info = keras_tensor_info(tensor);
      if (info == nullptr || !info->node || !known_.insert(info).second) continue;
      Operation* operation = info->node->operation();
      if (operations_.insert(operation).second) {
        const size_t count = operations_.size();
        operation->set_name(count == 1 ? name_ : name_ + "." + std::to_string(count - 1));
      }
      for (const Tensor& input : info->node->input_tensors()) visit(input);
    }
  }

 private:
  const std::string& name_;
  std::set<const KerasTensorInfo*> known_;
  std::set<Operation*> operations_;
};

}  // namespace

bool is_tf_function(std::string_view class_name) {
  return class_name == "TFOpLambda" || class_name == "SlicingOpLambda";
}

std::shared_ptr<TfFunction> TfFunction::from_entry(const json::Object& entry) {
  auto operation = make_object<TfFunction>(kTfFunctionClass);
  operation->name_ = entry.at("name").as_string();
  operation->function_ = json::text_member(entry.at("config"), "function");
  return operation;
}

Tree TfFunction::apply(Tree::Sequence args, Tree::Dict kwargs) {
  if (args.size() != 1) {
    raise_value_error({"The call of `tf.", function_, "` in layer '", name(),
                       "' must have exactly one positional argument"});
  }
  std::vector<Tensor> inputs = flatten_tensors(args.front());
  for (const Tensor& input : flatten_tensors(Tree(kwargs))) inputs.push_back(input);
  const std::string prefix = name();
  Tree result = call_tf_function(function_, prefix, args.front(), std::move(kwargs));
  Naming(results_.empty() ? prefix : prefix + ".call" + std::to_string(results_.size()), inputs)
      .visit(result);
  results_.push_back(result);
  return result;
}

Tree TfFunction::call(const CallArgs&) {
  raise_value_error({"`tf.", function_, "` can only be called while its model is made"});
}

const CallSignature& TfFunction::call_signature() const {
  static const CallSignature signature("x, **kwargs");
  return signature;
}

std::optional<Tree> TfFunction::result(int64_t call, int64_t output) const {
  const auto count = static_cast<int64_t>(results_.size());
  if (call < 0 || call >= count) return std::nullopt;
  const Tree& result = results_[static_cast<size_t>(call)];
  if (!result.is_sequence()) return output == 0 ? std::optional(result) : std::nullopt;
  // The sizes of a shape are one value, unless they were unstacked.
  const bool has_sizes = !result.items().empty() && !result.items().front().is_tensor();
  if (has_sizes && function_ != "unstack") return result;
  const auto size = static_cast<int64_t>(result.items().size());
  if (output < 0 || output >= size) return std::nullopt;
  return result.items()[static_cast<size_t>(output)];
}

}  // namespace keras::legacy
