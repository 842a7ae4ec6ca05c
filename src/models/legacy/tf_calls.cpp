#include "models/legacy/tf_calls.h"

#include <algorithm>
#include <string_view>

#include "base/error.h"
#include "models/legacy/tf_sizes.h"
#include "models/legacy/tf_tensors.h"
#include "ops/table/registry.h"

namespace keras::legacy {
namespace {

struct TfRow {
  std::string_view names, operation, keywords;
};

constexpr TfRow kRows[] = {
#define TF_FUNCTION(names, operation, keywords) {names, operation, keywords},
#include "models/legacy/tf_functions.inc"
#undef TF_FUNCTION
};

// Removes and returns the next word.
std::string_view next_word(std::string_view& list) {
  const size_t end = std::min(list.find(' '), list.size());
  const std::string_view word = list.substr(0, end);
  list.remove_prefix(std::min(end + 1, list.size()));
  return word;
}

const TfRow* find_row(std::string_view name) {
  for (const TfRow& row : kRows) {
    for (std::string_view list = row.names; !list.empty();) {
      if (next_word(list) == name) return &row;
    }
  }
  return nullptr;
}

// How to pass a keyword argument from a file to the operation.
struct Keyword {
  explicit Keyword(std::string_view word) {
    if (word.starts_with('-')) {
      name = word.substr(1);
      return;
    }
    const size_t value_at = std::min(word.find('='), word.size());
    if (value_at < word.size()) value = word.substr(value_at + 1);
    const std::string_view given = word.substr(0, value_at);
    const size_t to_at = std::min(given.find(':'), given.size());
    name = given.substr(0, to_at);
    to = to_at < given.size() ? given.substr(to_at + 1) : name;
  }
  std::string_view name;
  std::string_view to;     // empty when it has no effect
  std::string_view value;  // used when the file has none
};

Tree default_value(std::string_view text) {
  if (text == "false") return false;
  if (text.front() >= '0' && text.front() <= '9') return text.front() - '0';
  return std::string(text);
}

bool has_effect(const Tree& value) {
  if (value.is_none()) return false;
  if (value.is_bool()) return value.as_bool();
  return !(value.is_number() && value.as_number() == 0);
}

void refuse_others(const Tree::Dict& kwargs) {
  for (const auto& [key, value] : kwargs.members) {
    if (has_effect(value)) {
      raise_value_error({"its argument `", key, "=", repr(value), "` has no counterpart here"});
    }
  }
}

Tree call_row(const TfRow& row, const Tree& first, Tree::Dict kwargs) {
  Tree::Dict given;
  for (std::string_view list = row.keywords; !list.empty();) {
    const Keyword keyword(next_word(list));
    const Tree* value = kwargs.find(keyword.name);
    if (keyword.to.empty()) {
      kwargs.erase(keyword.name);
    } else if (value != nullptr && !value->is_none()) {
      given.set(keyword.to, *value);
      kwargs.erase(keyword.name);
    } else if (!keyword.value.empty()) {
      given.set(keyword.to, default_value(keyword.value));
    }
  }
  refuse_others(kwargs);
  return ops::call_op(row.operation, {first}, given);
}

std::string_view without(std::string_view prefix, std::string_view name) {
  return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

Tree call(std::string_view name, const Tree& first, Tree::Dict kwargs) {
  if (auto sizes = call_on_sizes(name, first, kwargs)) return *sizes;
  const TensorArguments arguments(first, kwargs);
  if (auto result = call_on_tensors(name, arguments)) return *result;
  const TfRow* row = find_row(name);
  if (row == nullptr) raise_value_error({"there is no operation for it here"});
  return call_row(*row, arguments.first, arguments.kwargs);
}

}  // namespace

Tree call_tf_function(const std::string& function, const std::string& layer, Tree first,
                      Tree::Dict kwargs) {
  kwargs.erase("name");
  const std::string_view name = without("math.", without("compat.v1.", function));
  try {
    return call(name, first, std::move(kwargs));
  } catch (Error& error) {
    raise_value_error({"The layer '", layer, "' calls TensorFlow's `tf.", function,
                       "`, which cannot be read: ", error.what(),
                       ". Rewrite the model in Keras 3 (with `keras.ops`), or replace the call by "
                       "a layer of your own before saving."});
  }
}

}  // namespace keras::legacy
