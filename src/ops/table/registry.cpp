#include "ops/table/registry.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include "base/error.h"
#include "base/lists.h"
#include "ops/table/calls.h"

namespace keras::ops {
namespace {

constexpr OpRow kRows[] = {
#define KERAS_OP(module, Class, functions, signature) \
  {"keras.src." module, #Class, functions, signature, calls::Class},
#define KERAS_FUNCTION(symbol, functions, signature) {"", "", functions, signature, calls::symbol},
#include "ops/table/offered.inc"
#undef KERAS_FUNCTION
#undef KERAS_OP
};
constexpr size_t kRowCount = std::size(kRows);

const RowInfo& row_info(size_t index);

template <size_t kIndex>
std::shared_ptr<Object> create_row();

template <size_t... kIndex>
constexpr std::array<ClassInfo, kRowCount> class_infos(std::index_sequence<kIndex...>) {
  return {ClassInfo{.module = kRows[kIndex].module,
                    .class_name = kRows[kIndex].class_name,
                    .registered_name = kRows[kIndex].class_name,
                    .family = Family::kOperation,
                    .create = &create_row<kIndex>}...};
}
constexpr auto kClassInfos = class_infos(std::make_index_sequence<kRowCount>());

template <size_t kIndex>
std::shared_ptr<Object> create_row() {
  auto operation = std::make_shared<RowOperation>(row_info(kIndex));
  operation->set_class_info(&kClassInfos[kIndex]);
  return operation;
}

std::string call_parameters(const std::vector<OpParameter>& parameters, std::string_view text) {
  // CallSignature reads the same text without the constructor's arguments and the marks.
  std::string out;
  size_t start = 0;
  for (const OpParameter& parameter : parameters) {
    int depth = 0;
    size_t end = start;
    for (; end < text.size(); ++end) {
      if (text[end] == '(') ++depth;
      if (text[end] == ')') --depth;
      if (text[end] == ',' && depth == 0) break;
    }
    std::string_view item = text.substr(start, end - start);
    start = end + 1;
    if (parameter.kind == OpParameter::Kind::kField) continue;
    item.remove_prefix(item.find_first_not_of(" ~"));
    out += (out.empty() ? "" : ", ") + std::string(item);
  }
  return out;
}

const std::vector<RowInfo>& row_infos() {
  static const std::vector<RowInfo> infos = [] {
    std::vector<RowInfo> all;
    all.reserve(kRowCount);
    for (size_t i = 0; i < kRowCount; ++i) {
      auto parameters = parse_signature(kRows[i].signature);
      CallSignature call(call_parameters(parameters, kRows[i].signature));
      all.push_back({&kRows[i], &kClassInfos[i], std::move(parameters), std::move(call)});
    }
    return all;
  }();
  return infos;
}

const RowInfo& row_info(size_t index) { return row_infos()[index]; }

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
    for (const RowInfo& info : row_infos()) {
      for_each_name(info.row->functions, [&](std::string_view name) { all[name] = &info; });
    }
#define KERAS_ALIAS(alias, function) all[alias] = all.at(function);
#include "ops/table/aliases.inc"
#undef KERAS_ALIAS
    return all;
  }();
  return table;
}

// A call of a function, its values put where they belong: fields, and the call's arguments as a
// graph node has them.
struct BoundCall {
  json::Object fields;
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
        call.fields.set(parameter.name, field_of(*values_[i]));
      } else if (parameter.kind == Kind::kKeyword) {
        call.kwargs.set(parameter.name, std::move(*values_[i]));
      } else {
        call.args.push_back(std::move(*values_[i]));
        if (is_given) given_args = call.args.size();
      }
    }
    // Functions without a class tell what was left out from None.
    if (info_.row->class_name.empty() && rest_.empty()) call.args.resize(given_args);
    if (!missing.empty()) wrong_arguments(function_, missing_message(missing));
    return call;
  }

  std::string_view function_;
  const RowInfo& info_;
  std::vector<std::optional<Tree>> values_;
  Tree::Sequence rest_;
  Tree::Dict extra_;
};

}  // namespace

std::span<const ClassInfo* const> operation_classes() {
  static const std::vector<const ClassInfo*> classes = [] {
    std::vector<const ClassInfo*> all;
    for (const ClassInfo& info : kClassInfos) {
      if (!info.class_name.empty()) all.push_back(&info);
    }
    return all;
  }();
  return classes;
}

const ClassInfo& operation_class(std::string_view class_name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, const ClassInfo*> all;
    for (const ClassInfo* info : operation_classes()) all[info->class_name] = info;
    return all;
  }();
  const auto found = by_name.find(class_name);
  if (found == by_name.end()) {
    raise_internal_error({"There is no operation class ", std::string(class_name)});
  }
  return *found->second;
}

Tree call_op(std::string_view function, const Tree::Sequence& args, const Tree::Dict& kwargs) {
  const auto found = functions().find(function);
  if (found == functions().end()) {
    raise_attribute_error({"module 'keras.ops' has no attribute '", std::string(function), "'"});
  }
  const RowInfo& info = *found->second;
  BoundCall call = Binder(function, info).bind(args, kwargs);
  if (any_symbolic(call.args, call.kwargs) && !info.row->class_name.empty()) {
    const auto operation =
        std::static_pointer_cast<Operation>(construct(*info.class_info, call.fields));
    return operation->apply(std::move(call.args), std::move(call.kwargs));
  }
  return info.row->call(OpCall(CallArgs(info.call_signature, call.args, call.kwargs), call.fields));
}

bool has_op(std::string_view function) { return functions().contains(function); }

std::vector<OpDescription> describe_ops() {
  std::vector<OpDescription> all;
  for (const auto& [name, info] : functions()) {
    all.push_back({std::string(name), std::string(info->row->class_name), info->parameters});
  }
  return all;
}

}  // namespace keras::ops
