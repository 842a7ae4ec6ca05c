#include "models/legacy/tf_tensors.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "models/legacy/tf_sizes.h"
#include "ops/table/registry.h"
#include "serialization/revive_values.h"

namespace keras::legacy {
namespace {

using ops::call_op;
using Arguments = TensorArguments;

// --- Constants ---

bool is_tensor_argument(std::string_view name) {
  return name == "x" || name == "y" || name == "b" || name == "bias" || name == "other";
}

json::Value json_of(const Tree& numbers) {
  if (numbers.is_bool()) return numbers.as_bool();
  if (numbers.is_int()) return numbers.as_int();
  if (!numbers.is_sequence()) return numbers.as_number();
  json::Array items;
  for (const Tree& item : numbers.items()) items.push_back(json_of(item));
  return items;
}

bool is_list_of_numbers(const Tree& value) {
  if (!value.is_sequence()) return false;
  const std::vector<Tree> leaves = flatten(value);
  return std::all_of(leaves.begin(), leaves.end(),
                     [](const Tree& leaf) { return leaf.is_number(); });
}

Tree array(const Tree& value, DType dtype) {
  if (!is_list_of_numbers(value)) return value;
  return Tree::Ndarray{tensor_from_json(json_of(value), dtype)};
}

DType dtype_of_partner(const Tree& first, const Tree::Dict& kwargs) {
  std::vector<Tensor> tensors = flatten_tensors(first);
  for (const Tensor& tensor : flatten_tensors(Tree(kwargs))) tensors.push_back(tensor);
  for (const Tensor& tensor : tensors) {
    if (tensor.dtype() != DType::kBool) return tensor.dtype();
  }
  return DType::kFloat32;
}

// --- Shapes ---

std::vector<int64_t> known_sizes(const Tree& list, std::string_view what) {
  std::vector<int64_t> sizes;
  for (const Tree& size : list.items()) {
    if (!size.is_number()) {
      raise_value_error(
          {"its `", what, "` depends on the size of a batch, or on values of tensors"});
    }
    sizes.push_back(static_cast<int64_t>(size.as_number()));
  }
  return sizes;
}

Tree list_of(const std::vector<int64_t>& sizes) {
  Tree::Sequence items;
  for (int64_t size : sizes) items.emplace_back(size);
  return Tree::list(std::move(items));
}

int64_t product_of(auto begin, auto end) {
  int64_t product = 1;
  for (; begin != end; ++begin) product *= *begin;
  return product;
}

// The operation infers a single unknown size (usually the batch). A second -1 can be resolved if
// only the input's first size is unknown.
Tree reshaped(const Arguments& in) {
  const Tensor& x = in.first.as_tensor();
  Tree shape = in.get("shape");
  if (!shape.is_sequence()) shape = Tree::list({shape});
  std::vector<int64_t> target;
  int64_t unknown = -1;
  for (const Tree& size : shape.items()) {
    if (size.is_none()) unknown = static_cast<int64_t>(target.size());
    target.push_back(size.is_none() ? -1 : size.as_int());
  }
  if (unknown >= 0 && std::count(target.begin(), target.end(), -1) == 2) {
    const Shape rest = x.shape().slice(std::min(1, x.shape().rank()));
    const auto free = std::find_if(target.begin(), target.end(), [&](const int64_t& size) {
      return size == -1 && &size - target.data() != unknown;
    });
    const int64_t others = product_of(target.begin(), target.end());  // the two -1 cancel out
    if (rest.is_fully_defined() && others > 0) *free = rest.size() / others;
  }
  if (std::count(target.begin(), target.end(), -1) > 1) {
    raise_value_error({"its `shape` has more than one size that is unknown"});
  }
  return call_op("reshape", {in.first, list_of(target)});
}

Tree split(const Arguments& in) {
  const Tree axis = in.get("axis").is_none() ? Tree(0) : in.get("axis");
  const Tree given = in.get("num_or_size_splits");
  if (!given.is_sequence()) return call_op("split", {in.first, given, axis});
  std::vector<int64_t> sizes = known_sizes(given, "num_or_size_splits");
  std::vector<int64_t> ends;
  for (size_t i = 0; i + 1 < sizes.size(); ++i) {
    if (sizes[i] < 0) raise_value_error({"one of its sizes is not given"});
    ends.push_back(sizes[i] + (ends.empty() ? 0 : ends.back()));
  }
  return call_op("split", {in.first, list_of(ends), axis});
}

Tree slice(const Arguments& in) {
  const std::vector<int64_t> begin = known_sizes(in.get("begin"), "begin");
  const Tree size = in.get("size");
  Tree::Sequence key;
  for (size_t i = 0; i < begin.size(); ++i) {
    if (i >= size.items().size()) raise_value_error({"its `size` is shorter than its `begin`"});
    const Tree& length = size.items()[i];
    const bool to_the_end = length.is_none() || length.as_int() == -1;
    key.push_back(
        Tree::Slice{begin[i], to_the_end ? Tree() : Tree(begin[i] + length.as_int()), {}});
  }
  return call_op("get_item", {in.first, Tree::tuple(std::move(key))});
}

Tree getitem(const Arguments& in) {
  return call_op("get_item", {in.first, slicing_key(in.get("slice_spec"),
                                                    in.first.as_tensor().shape().dims().size())});
}

Tree pad(const Arguments& in) {
  std::string mode = in.get("mode").is_none() ? "constant" : in.get("mode").as_string();
  std::transform(mode.begin(), mode.end(), mode.begin(), [](char c) { return c | 0x20; });
  Tree::Dict kwargs;
  if (mode == "constant" && !in.get("constant_values").is_none()) {
    kwargs.set("constant_values", in.get("constant_values"));
  }
  return call_op("pad", {in.first, in.get("paddings"), mode}, kwargs);
}

Tree broadcast_to(const Arguments& in) {
  return call_op("broadcast_to", {in.first, list_of(known_sizes(in.get("shape"), "shape"))});
}

Tree gather(const Arguments& in) {
  const Tree batch_dims = in.get("batch_dims");
  if (!batch_dims.is_none() && batch_dims.as_int() != 0) {
    raise_value_error({"its argument `batch_dims=", repr(batch_dims), "` has no counterpart here"});
  }
  const Tree axis = in.get("axis").is_none() ? Tree(0) : in.get("axis");
  return call_op("take", {in.first, array(in.get("indices"), DType::kInt32), axis});
}

// --- Arithmetic ---

Tree transposed(const Tree& x, bool is_wanted) {
  return is_wanted ? call_op("swapaxes", {x, -2, -1}) : x;
}

bool is_set(const Arguments& in, std::string_view name) {
  const Tree value = in.get(name);
  return value.is_bool() && value.as_bool();
}

Tree matmul(const Arguments& in) {
  const bool a = is_set(in, "transpose_a") || is_set(in, "adjoint_a");
  const bool b = is_set(in, "transpose_b") || is_set(in, "adjoint_b");
  return call_op("matmul", {transposed(in.first, a), transposed(in.get("b"), b)});
}

Tree squared_difference(const Arguments& in) {
  return call_op("square", {call_op("subtract", {in.first, in.get("y")})});
}

Tree add_n(const Arguments& in) {
  Tree sum = in.first.items().at(0);
  for (size_t i = 1; i < in.first.items().size(); ++i) {
    sum = call_op("add", {sum, in.first.items()[i]});
  }
  return sum;
}

Tree sum_of_squares(const Arguments& in, bool keepdims) {
  Tree::Dict kwargs;
  kwargs.set("axis", in.get("axis"));
  kwargs.set("keepdims", keepdims);
  return call_op("sum", {call_op("square", {in.first})}, kwargs);
}

// x * rsqrt(max(sum(x^2), epsilon)).
Tree l2_normalize(const Arguments& in) {
  const Tree epsilon = in.get("epsilon").is_none() ? Tree(1e-12) : in.get("epsilon");
  const Tree least = call_op("maximum", {sum_of_squares(in, true), epsilon});
  return call_op("multiply", {in.first, call_op("rsqrt", {least})});
}

Tree norm(const Arguments& in) {
  const Tree order = in.get("ord");
  if (order.is_none() || (order.is_string() && order.as_string() == "euclidean")) {
    return call_op("sqrt", {sum_of_squares(in, is_set(in, "keepdims"))});
  }
  return call_op("norm", {in.first, order, in.get("axis"), is_set(in, "keepdims")});
}

Tree itself(const Arguments& in) { return in.first; }

// --- Images ---

std::string data_format(const Arguments& in) {
  const Tree format = in.get("data_format");
  return format.is_string() && format.as_string().starts_with("NC") ? "channels_first"
                                                                    : "channels_last";
}

// Sizes for all axes, or only for the spatial ones.
Tree window(const Tree& size) {
  if (!size.is_sequence() || size.items().size() < 4) return size;
  return Tree::list({size.items()[1], size.items()[2]});
}

Tree pool(const Arguments& in, std::string_view operation) {
  std::string padding = in.get("padding").as_string();
  std::transform(padding.begin(), padding.end(), padding.begin(), [](char c) { return c | 0x20; });
  return call_op(operation, {in.first, window(in.get("ksize")), window(in.get("strides")), padding,
                             data_format(in)});
}
Tree max_pool(const Arguments& in) { return pool(in, "max_pool"); }
Tree average_pool(const Arguments& in) { return pool(in, "average_pool"); }

Tree resize(const Arguments& in) {
  if (is_set(in, "preserve_aspect_ratio")) {
    raise_value_error({"its argument `preserve_aspect_ratio=True` has no counterpart here"});
  }
  Tree::Dict kwargs;
  if (in.get("method").is_string()) kwargs.set("interpolation", in.get("method"));
  kwargs.set("antialias", is_set(in, "antialias"));
  return call_op("image.resize", {in.first, list_of(known_sizes(in.get("size"), "size"))}, kwargs);
}

constexpr std::pair<std::string_view, Tree (*)(const Arguments&)> kFunctions[] = {
    {"__operators__.getitem", getitem},
    {"reshape", reshaped},
    {"split", split},
    {"slice", slice},
    {"pad", pad},
    {"broadcast_to", broadcast_to},
    {"gather", gather},
    {"linalg.matmul", matmul},
    {"matmul", matmul},
    {"squared_difference", squared_difference},
    {"add_n", add_n},
    {"l2_normalize", l2_normalize},
    {"nn.l2_normalize", l2_normalize},
    {"linalg.l2_normalize", l2_normalize},
    {"norm", norm},
    {"linalg.norm", norm},
    {"identity", itself},
    {"convert_to_tensor", itself},
    {"ensure_shape", itself},
    {"debugging.check_numerics", itself},
    {"nn.max_pool2d", max_pool},
    {"nn.max_pool", max_pool},
    {"nn.avg_pool2d", average_pool},
    {"nn.avg_pool", average_pool},
    {"image.resize", resize},
};

}  // namespace

TensorArguments::TensorArguments(const Tree& given_first, const Tree::Dict& given) {
  const DType dtype = dtype_of_partner(given_first, given);
  first = array(given_first, dtype);
  for (const auto& [name, value] : given.members) {
    kwargs.set(name, is_tensor_argument(name) ? array(value, dtype) : value);
  }
}

Tree TensorArguments::get(std::string_view name) const {
  const Tree* value = kwargs.find(name);
  return value == nullptr ? Tree() : *value;
}

std::optional<Tree> call_on_tensors(std::string_view function, const TensorArguments& arguments) {
  for (const auto& [name, implementation] : kFunctions) {
    if (name == function) return implementation(arguments);
  }
  return std::nullopt;
}

}  // namespace keras::legacy
