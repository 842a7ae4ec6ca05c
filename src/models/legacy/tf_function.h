// A TensorFlow function called in the graph of a tf.keras model (TFOpLambda, SlicingOpLambda),
// converted to operations.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/operation.h"
#include "json/value.h"

namespace keras::legacy {

// Whether the class represents a function.
bool is_tf_function(std::string_view class_name);

// Not part of the graph: each call makes the nodes of the equivalent operations.
class TfFunction final : public Operation {
 public:
  // `entry` is an item of the model's `layers`.
  static std::shared_ptr<TfFunction> from_entry(const json::Object& entry);

  Tree apply(Tree::Sequence args, Tree::Dict kwargs = {}) override;
  Tree call(const CallArgs& args) override;
  const CallSignature& call_signature() const override;

  size_t call_count() const { return results_.size(); }
  // An output of a call: a tensor, or a known size.
  std::optional<Tree> result(int64_t call, int64_t output) const;

 private:
  std::string function_;  // such as `math.reduce_mean`
  std::vector<Tree> results_;
};

}  // namespace keras::legacy
