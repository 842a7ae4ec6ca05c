#include "ops/table/row_operation.h"

#include <algorithm>

#include "ops/table/registry.h"

namespace keras::ops {

RowOperation::RowOperation(const RowInfo& info) : info_(info) {
  for (const OpParameter& parameter : info.parameters) {
    if (parameter.kind != OpParameter::Kind::kField) continue;
    values_.push_back(parameter.default_value ? field_of(*parameter.default_value) : json::Value());
  }
}

void RowOperation::fields(FieldVisitor& f) {
  Operation::fields(f);
  size_t next = 0;
  for (const OpParameter& parameter : info_.parameters) {
    if (parameter.kind != OpParameter::Kind::kField) continue;
    f(parameter.name, values_[next++], "",
      parameter.default_value ? Field::kDefault : Field::kRequired);
  }
}

json::Object RowOperation::get_config() const {
  json::Object config = Operation::get_config();
  // Keras's own get_config of this one class forgets the name.
  if (info_.row->class_name == "ExtractPatches") config.erase("name");
  return config;
}

Tree RowOperation::call(const CallArgs& args) {
  json::Object fields;
  size_t next = 0;
  for (const OpParameter& parameter : info_.parameters) {
    if (parameter.kind == OpParameter::Kind::kField) fields.set(parameter.name, values_[next++]);
  }
  return info_.row->call(OpCall(args, fields));
}

bool makes_node(std::initializer_list<const Operand*> operands) {
  return std::any_of(operands.begin(), operands.end(), [](const Operand* operand) {
    return operand->is_tensor() && is_keras_tensor(operand->tensor());
  });
}

bool makes_node(const std::vector<Tensor>& tensors) {
  return std::any_of(tensors.begin(), tensors.end(), is_keras_tensor);
}

Tree make_node(std::string_view class_name, Tree::Sequence args, json::Object fields,
               Tree::Dict kwargs) {
  const auto operation =
      std::static_pointer_cast<Operation>(construct(operation_class(class_name), fields));
  return operation->apply(std::move(args), std::move(kwargs));
}

}  // namespace keras::ops
