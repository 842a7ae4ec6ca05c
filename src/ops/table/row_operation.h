// The operation class of every row of the tables, and the one way in which tensor-level functions
// make graph nodes.
#pragma once

#include <initializer_list>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/operation.h"
#include "ops/table/row.h"

namespace keras::ops {

// What is worked out once per row.
struct RowInfo {
  const OpRow* row;
  const ClassInfo* class_info;
  std::vector<OpParameter> parameters;
  CallSignature call_signature;
};

class RowOperation final : public Operation {
 public:
  explicit RowOperation(const RowInfo& info);

  void fields(FieldVisitor& f) override;
  json::Object get_config() const override;
  const CallSignature& call_signature() const override { return info_.call_signature; }
  Tree call(const CallArgs& args) override;

 private:
  const RowInfo& info_;
  std::vector<json::Value> values_;  // of the fields, in their order
};

// True when a function must make a graph node instead of computing: an argument is a KerasTensor.
bool makes_node(std::initializer_list<const Operand*> operands);
inline bool makes_node(const Operand& x) { return makes_node({&x}); }
bool makes_node(const std::vector<Tensor>& tensors);

// A new operation of that class, called on `args`.
Tree make_node(std::string_view class_name, Tree::Sequence args, json::Object fields = {},
               Tree::Dict kwargs = {});

}  // namespace keras::ops
