#include "models/legacy/tf_sizes.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"

namespace keras::legacy {
namespace {

Tree sizes_of(const Tensor& tensor) {
  Tree::Sequence sizes;
  for (int64_t dim : tensor.shape()) sizes.push_back(dim == kNone ? Tree() : Tree(dim));
  return Tree::list(std::move(sizes));
}

std::optional<double> computed(std::string_view function, double a, double b) {
  if (function == "__operators__.add" || function == "add") return a + b;
  if (function == "subtract") return a - b;
  if (function == "multiply") return a * b;
  if (function == "maximum") return std::fmax(a, b);
  if (function == "minimum") return std::fmin(a, b);
  if (b == 0) return std::nullopt;
  if (function == "floordiv" || function == "floor_div") return std::floor(a / b);
  if (function == "truediv" || function == "divide") return a / b;
  if (function == "floormod" || function == "mod") return a - b * std::floor(a / b);
  return std::nullopt;
}

bool is_size(const Tree& value) { return value.is_none() || value.is_number(); }

// Unknown operands give None.
std::optional<Tree> arithmetic(std::string_view function, const Tree& a, const Tree& b) {
  if (!is_size(a) || !is_size(b) || !computed(function, 1, 1)) return std::nullopt;
  if (a.is_none() || b.is_none()) return Tree();
  const auto value = computed(function, a.as_number(), b.as_number());
  if (!value) return std::nullopt;
  const bool is_integer = *value == std::floor(*value) && std::fabs(*value) < 9e15;
  if (a.is_float() || b.is_float() || !is_integer) return Tree(*value);
  return Tree(static_cast<int64_t>(*value));
}

Tree product(const Tree& sizes) {
  int64_t total = 1;
  for (const Tree& size : sizes.items()) {
    if (size.is_none()) return Tree();
    total *= size.as_int();
  }
  return total;
}

int64_t bound(const Tree& value, int64_t otherwise, int64_t count) {
  if (value.is_none()) return otherwise;
  const int64_t index = value.as_int() < 0 ? value.as_int() + count : value.as_int();
  return std::clamp<int64_t>(index, 0, count);
}

Tree item(const Tree& sizes, const Tree& key) {
  const auto count = static_cast<int64_t>(sizes.items().size());
  if (key.is_int()) {
    const int64_t index = key.as_int() < 0 ? key.as_int() + count : key.as_int();
    if (index < 0 || index >= count) raise_index_error({"list index out of range"});
    return sizes.items()[static_cast<size_t>(index)];
  }
  const Tree::Slice& slice = key.as_slice();
  if (!slice.step.is_none() && slice.step.as_int() != 1) {
    raise_value_error({"sizes can be sliced with steps of 1 only"});
  }
  const int64_t start = bound(slice.start, 0, count);
  const int64_t stop = std::max(start, bound(slice.stop, count, count));
  return Tree::list({sizes.items().begin() + start, sizes.items().begin() + stop});
}

Tree::Slice slice_of(const Tree::Dict& spec) {
  const auto part = [&](const char* key) {
    const Tree* value = spec.find(key);
    return value == nullptr ? Tree() : *value;
  };
  return {part("start"), part("stop"), part("step")};
}

bool is_ellipsis(const Tree& part) {
  return part.is_ellipsis() || (part.is_dict() && part.as_dict().contains("class_name"));
}

}  // namespace

Tree slicing_key(const Tree& spec, size_t rank) {
  const Tree::Sequence given = spec.is_sequence() ? spec.items() : Tree::Sequence{spec};
  size_t axes = 0;  // consumed by the parts: one each, except for new axes and the ellipsis
  for (const Tree& part : given) axes += !part.is_none() && !is_ellipsis(part);
  Tree::Sequence parts;
  for (const Tree& part : given) {
    if (is_ellipsis(part)) {
      parts.resize(parts.size() + std::max(rank, axes) - axes, Tree(Tree::Slice{}));
    } else {
      parts.push_back(part.is_dict() ? Tree(slice_of(part.as_dict())) : part);
    }
  }
  return Tree::tuple(std::move(parts));
}

std::optional<Tree> call_on_sizes(std::string_view function, const Tree& first,
                                  const Tree::Dict& kwargs) {
  if (first.is_tensor()) {
    if (function == "shape") return sizes_of(first.as_tensor());
    if (function == "rank") return Tree(static_cast<int64_t>(first.as_tensor().shape().size()));
    if (function == "size") return product(sizes_of(first.as_tensor()));
    return std::nullopt;
  }
  if (!flatten_tensors(first).empty() || !flatten_tensors(Tree(kwargs)).empty()) {
    return std::nullopt;
  }
  if (function == "cast" || function == "identity" || function == "convert_to_tensor" ||
      function == "stack" || function == "unstack") {
    return first;
  }
  const Tree* spec = kwargs.find("slice_spec");
  if (spec != nullptr && first.is_sequence()) {
    return item(first, slicing_key(*spec, 1).items().at(0));
  }
  if (function == "reduce_prod" && first.is_sequence()) return product(first);
  if (function == "concat" && first.is_sequence()) {
    Tree::Sequence all;
    for (const Tree& part : first.items()) {
      for (const Tree& size : part.items()) all.push_back(size);
    }
    return Tree::list(std::move(all));
  }
  for (const char* name : {"y", "x"}) {
    if (const Tree* other = kwargs.find(name)) return arithmetic(function, first, *other);
  }
  return std::nullopt;
}

}  // namespace keras::legacy
