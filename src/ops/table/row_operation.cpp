#include "ops/table/row_operation.h"

#include <algorithm>

#include "ops/table/registry.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

using Kind = OpParameter::Kind;

// Splits the marks of row.h off the names.
std::vector<OpParameter> marked_parameters(std::string_view signature) {
  std::vector<OpParameter> parameters;
  int fields = 0, arguments = 0;
  for (Parameter& parsed : parse_parameters(signature)) {
    std::string_view name = parsed.name;
    OpParameter parameter;
    parameter.default_value = std::move(parsed.default_value);
    for (const auto& [mark, kind] : {std::pair("**", Kind::kAnyKeyword),
                                     {"*", Kind::kAnyCount},
                                     {".", Kind::kField},
                                     {"~", Kind::kKeyword}}) {
      if (!name.starts_with(mark)) continue;
      parameter.kind = kind;
      name.remove_prefix(std::string_view(mark).size());
      break;
    }
    parameter.name = name;
    parameter.index = parameter.kind == Kind::kField ? fields++ : arguments;
    if (parameter.kind == Kind::kCall || parameter.kind == Kind::kKeyword) ++arguments;
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

CallSignature call_signature_of(const std::vector<OpParameter>& parameters) {
  std::vector<Parameter> arguments;
  bool any_positional = false, any_keyword = false;
  for (const OpParameter& parameter : parameters) {
    any_positional = any_positional || parameter.kind == Kind::kAnyCount;
    any_keyword = any_keyword || parameter.kind == Kind::kAnyKeyword;
    if (parameter.kind == Kind::kCall || parameter.kind == Kind::kKeyword) {
      arguments.push_back({parameter.name, parameter.default_value});
    }
  }
  return CallSignature(std::move(arguments), any_positional, any_keyword);
}

}  // namespace

RowInfo::RowInfo(const OpRow& row)
    : row(row),
      parameters(marked_parameters(row.signature)),
      call_signature(call_signature_of(parameters)) {}

RowOperation::RowOperation(const RowInfo& info) : info_(info) {
  for (const OpParameter& parameter : info.parameters) {
    if (parameter.kind != Kind::kField) continue;
    values_.push_back(parameter.default_value ? field_of(*parameter.default_value) : json::Value());
  }
}

void RowOperation::fields(FieldVisitor& f) {
  Operation::fields(f);
  for (const OpParameter& parameter : info_.parameters) {
    if (parameter.kind != Kind::kField) continue;
    f(parameter.name, values_[static_cast<size_t>(parameter.index)], "",
      parameter.default_value ? Field::kDefault : Field::kRequired);
  }
}

json::Object RowOperation::get_config() const {
  json::Object config = Operation::get_config();
  if (!info_.row.names_config) config.erase("name");
  return config;
}

Tree RowOperation::call(const CallArgs& args) {
  return call_function(info_, OpCall(info_.parameters, args, values_, /*knows_given=*/false));
}

bool makes_node(std::initializer_list<const Operand*> operands) {
  return std::any_of(operands.begin(), operands.end(), [](const Operand* operand) {
    return operand->is_tensor() && is_keras_tensor(operand->tensor());
  });
}

bool makes_node(const std::vector<Tensor>& tensors) {
  return std::any_of(tensors.begin(), tensors.end(), is_keras_tensor);
}

NodeArgument::NodeArgument(const std::vector<int64_t>& ints) : NodeArgument(Axes(ints)) {}

}  // namespace keras::ops
