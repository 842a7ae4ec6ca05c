#include "graph/call_signature.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/closest_matches.h"
#include "base/error.h"

namespace keras {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Position of the first comma outside brackets and strings; text.size() when there is none.
size_t top_level_comma(std::string_view text) {
  int depth = 0;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '(' || c == '[') {
      ++depth;
    } else if (c == ')' || c == ']') {
      --depth;
    } else if (c == ',' && depth == 0) {
      return i;
    }
  }
  return text.size();
}

Tree literal(std::string_view text);

Tree::Sequence literals(std::string_view text) {
  Tree::Sequence items;
  while (!trimmed(text).empty()) {
    const size_t comma = top_level_comma(text);
    items.push_back(literal(trimmed(text.substr(0, comma))));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

// Parses the kinds of literals that default values need.
Tree literal(std::string_view text) {
  if (text.size() >= 2 && text.front() == '(' && text.back() == ')') {
    return Tree::tuple(literals(text.substr(1, text.size() - 2)));
  }
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
    return Tree::list(literals(text.substr(1, text.size() - 2)));
  }
  if (text == "None") return {};
  if (text == "True") return true;
  if (text == "False") return false;
  if (text.size() >= 2 && (text.front() == '\'' || text.front() == '"')) {
    return std::string(text.substr(1, text.size() - 2));
  }
  int64_t integer = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, integer);
  if (!text.empty() && result.ec == std::errc() && result.ptr == end) return integer;
  const std::string number(text);
  char* rest = nullptr;
  const double value = std::strtod(number.c_str(), &rest);
  if (!number.empty() && rest == number.c_str() + number.size()) return value;
  raise_value_error({"A call signature has a default that is not a literal: ", number});
}

}  // namespace

std::vector<Parameter> parse_parameters(std::string_view text) {
  std::vector<Parameter> parameters;
  while (!text.empty()) {
    const size_t comma = top_level_comma(text);
    const std::string_view item = trimmed(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
    const size_t equals = item.find('=');
    Parameter parameter{std::string(trimmed(item.substr(0, equals))), std::nullopt};
    if (equals != item.npos) parameter.default_value = literal(trimmed(item.substr(equals + 1)));
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

CallSignature::CallSignature(std::string_view text) {
  for (Parameter& parameter : parse_parameters(text)) {
    if (parameter.name.starts_with("**")) {
      any_keyword_ = true;
    } else if (parameter.name.starts_with("*")) {
      any_positional_ = true;
    } else {
      parameters_.push_back(std::move(parameter));
    }
  }
}

int CallSignature::index_of(std::string_view name) const {
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

CallArgs::CallArgs(const CallSignature& signature, const Tree::Sequence& args,
                   const Tree::Dict& kwargs)
    : signature_(&signature) {
  const auto& parameters = signature.parameters();
  values_.resize(parameters.size());
  given_.resize(parameters.size(), false);
  for (size_t i = 0; i < args.size(); ++i) {
    if (i < parameters.size()) {
      values_[i] = args[i];
      given_[i] = true;
    } else if (signature.takes_any_positional()) {
      rest_.push_back(args[i]);
    } else {
      raise_type_error({"too many positional arguments"});
    }
  }
  for (const auto& [key, value] : kwargs.members) {
    const int index = signature.index_of(key);
    if (index < 0) {
      if (!signature.takes_any_keyword()) {
        std::vector<std::string> names;
        for (const Parameter& parameter : parameters) names.push_back(parameter.name);
        const std::string hint = did_you_mean(key, names);
        Error error = type_error("got an unexpected keyword argument '" + key + "'");
        if (!hint.empty()) error.add_note(hint.substr(1));
        throw error;
      }
      extra_.set(key, value);
    } else if (given_[static_cast<size_t>(index)]) {
      raise_type_error({"multiple values for argument '", key, "'"});
    } else {
      values_[static_cast<size_t>(index)] = value;
      given_[static_cast<size_t>(index)] = true;
    }
  }
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (given_[i]) continue;
    if (!parameters[i].default_value) {
      raise_type_error({"missing a required argument: '", parameters[i].name, "'"});
    }
    values_[i] = *parameters[i].default_value;
  }
}

const Tree& CallArgs::at(int index) const {
  static const Tree kNothing;
  const auto at = static_cast<size_t>(index);
  return at < values_.size() ? values_[at] : kNothing;
}

const Tree& CallArgs::get(std::string_view name) const {
  const int index = signature_->index_of(name);
  if (index >= 0) return at(index);
  const Tree* extra = extra_.find(name);
  return extra == nullptr ? at(index) : *extra;
}

bool CallArgs::given(std::string_view name) const {
  const int index = signature_->index_of(name);
  return index >= 0 ? given_[static_cast<size_t>(index)] : extra_.contains(name);
}

Tensor CallArgs::tensor(std::string_view name) const {
  const Tree& value = get(name);
  return value.is_none() ? Tensor() : value.as_tensor();
}

Tensor CallArgs::tensor(int index) const {
  const Tree& value = at(index);
  return value.is_none() ? Tensor() : value.as_tensor();
}

bool CallArgs::flag(std::string_view name, bool otherwise) const {
  const Tree& value = get(name);
  return value.is_none() ? otherwise : value.as_bool();
}

void CallArgs::set(std::string_view name, Tree value) {
  const int index = signature_->index_of(name);
  if (index < 0) {
    extra_.set(name, std::move(value));
  } else {
    values_[static_cast<size_t>(index)] = std::move(value);
    given_[static_cast<size_t>(index)] = true;
  }
}

CallArgs CallArgs::with_values(FunctionRef<Tree(const Tree&)> replace) const {
  CallArgs replaced = *this;
  for (Tree& value : replaced.values_) value = replace(value);
  for (Tree& value : replaced.rest_) value = replace(value);
  for (auto& member : replaced.extra_.members) member.second = replace(member.second);
  return replaced;
}

}  // namespace keras
