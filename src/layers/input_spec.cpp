#include "layers/input_spec.h"

#include <algorithm>

#include "base/error.h"
#include "base/lists.h"
#include "json/repr.h"

namespace keras {
namespace {

std::string repr_list(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) append_item(out, repr_string(name));
  return "[" + out + "]";
}

// Orders a dict by the names of the specs, when all are named.
Tree by_reference_order(const InputSpecs& specs, const Tree::Dict& inputs) {
  std::vector<std::string> names;
  for (const InputSpec& spec : specs) {
    if (spec.name.empty()) return inputs;
    names.push_back(spec.name);
  }
  Tree::Sequence items;
  for (const std::string& name : names) {
    const Tree* item = inputs.find(name);
    if (item == nullptr) {
      std::vector<std::string> keys;
      for (const auto& [key, value] : inputs.members) keys.push_back(key);
      raise_value_error({"Missing data for input \"", name,
                         "\". You passed a data dictionary with keys ", repr_list(keys),
                         ". Expected the following keys: ", repr_list(names)});
    }
    items.push_back(*item);
  }
  return Tree::list(std::move(items));
}

[[noreturn]] void wrong_count(const InputSpecs& specs, size_t received, const Tree& inputs,
                              const std::string& layer_name) {
  std::vector<std::string> names;
  std::string example;
  for (const InputSpec& spec : specs) {
    if (spec.name.empty()) continue;
    names.push_back(spec.name);
    example += (example.empty() ? "'" : ", '") + spec.name + "': ...";
  }
  const std::string expects =
      "Layer \"" + layer_name + "\" expects " + std::to_string(specs.size());
  if (names.size() == specs.size()) {
    raise_value_error({expects, " named input(s) with keys ", repr_list(names),
                       ", but it received ", std::to_string(received),
                       " input tensors. Pass inputs as a dict, e.g. `layer({", example, "})`."});
  }
  raise_value_error({expects, " input(s), but it received ", std::to_string(received),
                     " input tensors. Inputs received: ", repr(Tree::list(flatten(inputs)))});
}

class Check {
 public:
  Check(const InputSpec& spec, const Tensor& tensor, size_t index, const std::string& layer_name)
      : spec_(spec), tensor_(tensor), index_(index), layer_name_(layer_name) {}

  void run() const {
    const Shape& shape = tensor_.shape();
    const int ndim = shape.rank();
    const auto full = [&] { return ". Full shape received: " + repr(shape); };
    if (spec_.ndim && !spec_.allow_last_axis_squeeze && ndim != *spec_.ndim) {
      fail("expected ndim=" + std::to_string(*spec_.ndim) + ", found ndim=" + std::to_string(ndim) +
           full());
    }
    if (spec_.max_ndim && ndim > *spec_.max_ndim) {
      fail("expected max_ndim=" + std::to_string(*spec_.max_ndim) +
           ", found ndim=" + std::to_string(ndim));
    }
    if (spec_.min_ndim && ndim < *spec_.min_ndim) {
      fail("expected min_ndim=" + std::to_string(*spec_.min_ndim) +
           ", found ndim=" + std::to_string(ndim) + full());
    }
    if (spec_.dtype && tensor_.dtype() != *spec_.dtype) {
      fail("expected dtype=" + std::string(dtype_name(*spec_.dtype)) +
           ", found dtype=" + std::string(dtype_name(tensor_.dtype())));
    }
    for (const auto& [axis, size] : spec_.axes) {
      const int at = axis < 0 ? axis + ndim : axis;
      if (at < 0 || at >= ndim) raise_index_error({"tuple index out of range"});
      if (shape[at] != size && shape[at] != kNone) {
        fail("expected axis " + std::to_string(axis) + " of input shape to have value " +
             std::to_string(size) + ", but received input with shape " + repr(shape));
      }
    }
    if (spec_.shape) check_shape(*spec_.shape, shape);
  }

 private:
  void check_shape(const Shape& expected, const Shape& found) const {
    Shape a = expected;
    Shape b = found;
    if (spec_.allow_last_axis_squeeze) {
      if (!b.empty() && b.back() == 1) b = b.slice(0, b.rank() - 1);
      if (!a.empty() && a.back() == 1) a = a.slice(0, a.rank() - 1);
    }
    for (int i = 0; i < std::min(a.rank(), b.rank()); ++i) {
      if (a[i] != kNone && b[i] != kNone && a[i] != b[i]) {
        // Keras prints the shapes as compared, possibly without a last axis of size 1.
        fail("expected shape=" + repr(expected) + ", found shape=" + repr(b));
      }
    }
  }

  [[noreturn]] void fail(const std::string& what) const {
    raise_value_error({"Input ", std::to_string(index_), " with name '",
                       (spec_.name.empty() ? "None" : spec_.name), "' of layer '", layer_name_,
                       "' is incompatible with the layer: ", what});
  }

  const InputSpec& spec_;
  const Tensor& tensor_;
  size_t index_;
  const std::string& layer_name_;
};

}  // namespace

void assert_input_compatibility(const InputSpecs& specs, const Tree& inputs,
                                const std::string& layer_name) {
  if (specs.empty()) return;
  if (specs.size() == 1 && inputs.is_tensor()) {
    Check(specs.front(), inputs.as_tensor(), 0, layer_name).run();
    return;
  }
  const Tree ordered = inputs.is_dict() ? by_reference_order(specs, inputs.as_dict()) : inputs;
  const std::vector<Tree> leaves = flatten(ordered);
  if (leaves.size() != specs.size()) wrong_count(specs, leaves.size(), ordered, layer_name);
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i].is_none() && specs[i].optional) continue;
    if (!leaves[i].is_tensor() && !leaves[i].is_ndarray()) {
      raise_value_error({"Inputs to a layer should be tensors. Got '", repr(leaves[i]),
                         "' (of type ", python_type(leaves[i]), ") as input for layer '",
                         layer_name, "'."});
    }
    Check(specs[i], leaves[i].as_tensor(), i, layer_name).run();
  }
}

}  // namespace keras
