#include "ops/table/registry.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/error.h"
#include "base/lists.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {

#define KERAS_OPERATION(Row, functions) \
  namespace rows {                      \
  extern const OpRow Row;               \
  }
#include "ops/table/operations.inc"
#undef KERAS_OPERATION

namespace {

struct Listed {
  const OpRow* row;
  std::string_view functions;  // `absolute abs`
};
constexpr Listed kOperations[] = {
#define KERAS_OPERATION(Row, functions) {&rows::Row, functions},
#include "ops/table/operations.inc"
#undef KERAS_OPERATION
};

const RowInfo& row_info(const OpRow& row) {
  static std::unordered_map<const OpRow*, RowInfo> infos;
  return infos.try_emplace(&row, row).first->second;
}

// Calls `visit` with each name in a list separated by spaces.
template <class F>
void for_each_name(std::string_view names, const F& visit) {
  while (!names.empty()) {
    const size_t space = std::min(names.find(' '), names.size());
    visit(names.substr(0, space));
    names.remove_prefix(std::min(space + 1, names.size()));
  }
}

const std::map<std::string_view, const RowInfo*>& functions() {
  static const auto table = [] {
    std::map<std::string_view, const RowInfo*> all;
    for (const Listed& listed : kOperations) {
      for_each_name(listed.functions,
                    [&](std::string_view name) { all[name] = &row_info(*listed.row); });
    }
    return all;
  }();
  return table;
}

std::string_view first_name(std::string_view functions) {
  return functions.substr(0, functions.find(' '));
}

bool has_tangent(const Tree& tree) {
  const runtime::TangentScope* scope = runtime::TangentScope::current();
  return scope != nullptr &&
         std::ranges::any_of(flatten_tensors(tree), [&](const Tensor& x) { return scope->has(x); });
}

// The arguments of a function: the operation's constructor arguments and its call arguments.
struct BoundCall {
  std::vector<json::Value> fields;
  Tree::Sequence args;
  Tree::Dict kwargs;
};

[[noreturn]] void wrong_arguments(std::string_view function, const std::string& problem) {
  raise_type_error({std::string(function), "() ", problem});
}

std::string missing_message(const std::vector<std::string>& names) {
  return "missing " + std::to_string(names.size()) + " required positional argument" +
         (names.size() == 1 ? "" : "s") + ": " + quoted_list(names);
}

class Binder {
 public:
  Binder(std::string_view function, const RowInfo& info)
      : function_(function), info_(info), values_(info.parameters.size()) {}

  BoundCall bind(const Tree::Sequence& args, const Tree::Dict& kwargs) {
    take_positional(args);
    take_keywords(kwargs);
    return finish();
  }

 private:
  using Kind = OpParameter::Kind;

  void take_positional(const Tree::Sequence& args) {
    size_t next = 0;
    for (const Tree& arg : args) {
      if (next < info_.parameters.size() && info_.parameters[next].kind == Kind::kAnyCount) {
        rest_.push_back(arg);
      } else if (next < info_.parameters.size() &&
                 info_.parameters[next].kind != Kind::kAnyKeyword) {
        values_[next++] = arg;
      } else {
        wrong_arguments(function_, "takes " + std::to_string(next) + " positional argument" +
                                       (next == 1 ? "" : "s") + " but " +
                                       std::to_string(args.size()) + " were given");
      }
    }
  }

  void take_keywords(const Tree::Dict& kwargs) {
    for (const auto& [key, value] : kwargs.members) {
      size_t i = 0;
      while (i < values_.size() && info_.parameters[i].name != key) ++i;
      if (i == values_.size()) {
        if (info_.parameters.back().kind != Kind::kAnyKeyword) {
          wrong_arguments(function_, "got an unexpected keyword argument '" + key + "'");
        }
        extra_.set(key, value);
      } else if (values_[i]) {
        wrong_arguments(function_, "got multiple values for argument '" + key + "'");
      } else {
        values_[i] = value;
      }
    }
  }

  // A config holds numbers, which have no tangents.
  void refuse_tangent(std::string_view parameter, const Tree& value) const {
    if (!has_tangent(value)) return;
    raise_not_implemented_error({"jvp() does not differentiate with respect to argument `",
                                 std::string(parameter), "` of ", std::string(function_), "()."});
  }

  BoundCall finish() {
    BoundCall call;
    std::vector<std::string> missing;
    size_t given_args = 0;
    for (size_t i = 0; i < values_.size(); ++i) {
      const OpParameter& parameter = info_.parameters[i];
      if (parameter.kind == Kind::kAnyCount) {
        call.args.insert(call.args.end(), rest_.begin(), rest_.end());
        continue;
      }
      if (parameter.kind == Kind::kAnyKeyword) {
        call.kwargs.members.insert(call.kwargs.members.end(), extra_.members.begin(),
                                   extra_.members.end());
        continue;
      }
      const bool is_given = values_[i].has_value();
      if (!is_given) values_[i] = parameter.default_value;
      if (!values_[i]) {
        missing.push_back(parameter.name);
      } else if (parameter.kind == Kind::kField) {
        refuse_tangent(parameter.name, *values_[i]);
        call.fields.push_back(field_of(*values_[i]));
      } else if (parameter.kind == Kind::kKeyword) {
        call.kwargs.set(parameter.name, std::move(*values_[i]));
      } else {
        call.args.push_back(std::move(*values_[i]));
        if (is_given) given_args = call.args.size();
      }
    }
    // Functions without a class distinguish None from an argument that is left out.
    if (info_.row.class_name().empty() && rest_.empty()) call.args.resize(given_args);
    if (!missing.empty()) wrong_arguments(function_, missing_message(missing));
    return call;
  }

  std::string_view function_;
  const RowInfo& info_;
  std::vector<std::optional<Tree>> values_;
  Tree::Sequence rest_;
  Tree::Dict extra_;
};

// Computes; `knows_given` as in OpCall.
Tree compute(const RowInfo& info, const BoundCall& call, bool knows_given) {
  const CallArgs args(info.call_signature, call.args, call.kwargs);
  return call_function(info, OpCall(info.parameters, args, call.fields, knows_given));
}

Tree call_operation(const RowInfo& info, BoundCall call) {
  json::Object config;
  for (const OpParameter& parameter : info.parameters) {
    if (parameter.kind != OpParameter::Kind::kField) continue;
    config.append(parameter.name, std::move(call.fields[static_cast<size_t>(parameter.index)]));
  }
  const auto operation =
      std::static_pointer_cast<Operation>(construct(info.row.class_info, config));
  return operation->apply(std::move(call.args), std::move(call.kwargs));
}

}  // namespace

std::span<const ClassInfo* const> operation_classes() {
  static const std::vector<const ClassInfo*> classes = [] {
    std::vector<const ClassInfo*> all;
    for (const Listed& listed : kOperations) {
      if (!listed.row->class_name().empty()) all.push_back(&listed.row->class_info);
    }
    return all;
  }();
  return classes;
}

const ClassInfo& operation_class(std::string_view class_name) {
  const auto classes = operation_classes();
  const auto found = std::ranges::find(classes, class_name, &ClassInfo::class_name);
  if (found == classes.end()) {
    raise_internal_error({"There is no operation class ", std::string(class_name)});
  }
  return **found;
}

std::unique_ptr<Object> create_row_operation(const OpRow& row) {
  auto operation = std::make_unique<RowOperation>(row_info(row));
  operation->set_class_info(&row.class_info);
  return operation;
}

Tree make_nodes(const OpRow& row, std::initializer_list<NodeArgument> arguments) {
  Tree::Sequence values;
  for (const NodeArgument& argument : arguments) values.push_back(argument.value());
  return call_row(row, values);
}

Tree call_row(const OpRow& row, const Tree::Sequence& arguments) {
  const RowInfo& info = row_info(row);
  BoundCall call = Binder(row.class_name(), info).bind(arguments, {});
  // Without KerasTensors, the row has a rule for tangents.
  if (!any_symbolic(call.args, call.kwargs)) return compute(info, call, /*knows_given=*/false);
  return call_operation(info, std::move(call));
}

Tree call_op(std::string_view function, const Tree::Sequence& args, const Tree::Dict& kwargs) {
  const auto found = functions().find(function);
  if (found == functions().end()) {
    raise_attribute_error({"module 'keras.ops' has no attribute '", std::string(function), "'"});
  }
  const RowInfo& info = *found->second;
  const bool has_class = !info.row.class_name().empty();
  BoundCall call = Binder(function, info).bind(args, kwargs);
  if (has_class && any_symbolic(call.args, call.kwargs)) {
    return call_operation(info, std::move(call));
  }
  return compute(info, call, !has_class);
}

const OpRow* row_of(std::string_view function) {
  const auto found = functions().find(function);
  return found == functions().end() ? nullptr : &found->second->row;
}

std::string_view function_of(const OpRow& row) {
  const auto* listed = std::ranges::find(kOperations, &row, &Listed::row);
  return listed == std::end(kOperations) ? std::string_view() : first_name(listed->functions);
}

bool has_op(std::string_view function) { return functions().contains(function); }

std::vector<OpDescription> describe_ops() {
  std::vector<OpDescription> all;
  for (const auto& [name, info] : functions()) all.push_back({name, info});
  return all;
}

}  // namespace keras::ops
