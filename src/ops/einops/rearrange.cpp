// rearrange: named axes are grouped and split (keras/src/ops/einops.py).
#include <algorithm>
#include <map>

#include "ops/common/support.h"
#include "ops/numpy.h"

namespace keras::ops {
namespace {

using Groups = std::vector<std::vector<std::string>>;

// "b (h w) c": one group per axis.
Groups parse(std::string_view side) {
  Groups groups;
  std::string word;
  bool inside = false;
  const auto finish = [&] {
    if (word.empty()) return;
    if (!inside) groups.emplace_back();
    groups.back().push_back(std::move(word));
    word.clear();
  };
  for (const char c : side) {
    if (c == '(') {
      finish();
      groups.emplace_back();
      inside = true;
    } else if (c == ')') {
      finish();
      inside = false;
    } else if (c == ' ') {
      finish();
    } else {
      word += c;
    }
  }
  finish();
  return groups;
}

// The size of one axis in each group may be inferred.
std::map<std::string, int64_t> sizes_of(const Groups& groups, const Shape& shape,
                                        const Tree::Dict& lengths) {
  std::map<std::string, int64_t> sizes;
  for (const auto& [name, length] : lengths.members) sizes[name] = length.as_int();
  for (size_t i = 0; i < groups.size(); ++i) {
    const int64_t dim = shape[static_cast<int>(i)];
    int64_t known = 1;
    const std::string* inferred = nullptr;
    for (const std::string& name : groups[i]) {
      if (sizes.contains(name) && groups[i].size() > 1) {
        known = checked_product(known, sizes[name]);
      } else {
        inferred = &name;
      }
    }
    if (inferred == nullptr) continue;
    if (known == 0) raise_value_error({"The length of an axis must not be 0."});
    sizes[*inferred] = dim == kNone ? kNone : dim / known;
  }
  return sizes;
}

Tensor rearrange(const Tensor& x, const std::string& pattern, const Tree::Dict& axes_lengths) {
  const size_t arrow = pattern.find("->");
  if (arrow == pattern.npos) {
    raise_value_error({"A pattern has two sides with '->' between them. Received: ", pattern});
  }
  const Groups from = parse(std::string_view(pattern).substr(0, arrow));
  const Groups to = parse(std::string_view(pattern).substr(arrow + 2));
  if (static_cast<int>(from.size()) != x.rank()) {
    raise_value_error(
        {"The pattern '", pattern, "' does not fit a tensor of shape ", repr(x.shape()), "."});
  }
  auto sizes = sizes_of(from, x.shape(), axes_lengths);
  std::vector<std::string> names;
  Shape apart, result;
  for (const auto& group : from) {
    for (const std::string& name : group) {
      names.push_back(name);
      apart.push_back(sizes[name]);
    }
  }
  std::vector<int64_t> order;
  for (const auto& group : to) {
    int64_t size = 1;
    for (const std::string& name : group) {
      const auto found = std::find(names.begin(), names.end(), name);
      if (found == names.end()) {
        raise_value_error({"The axis '", name, "' stands on one side only of: ", pattern});
      }
      order.push_back(found - names.begin());
      size = times(size, sizes[name]);
    }
    result.push_back(size);
  }
  if (x.is_abstract()) return Tensor::abstract(result, x.dtype());
  return reshape(transpose(reshape(x, apart.dims()), order), result.dims());
}

}  // namespace

KERAS_OP("ops.einops", Rearrange, rearrange, "tensor, pattern, **axes_lengths")

}  // namespace keras::ops
