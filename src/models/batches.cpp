#include "models/batches.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "base/lists.h"

namespace keras {
namespace {

int64_t common_length(const std::vector<Tensor>& inputs) {
  if (inputs.empty()) throw value_error("Model.predict() received no input tensors.");
  for (const Tensor& tensor : inputs) {
    if (tensor.rank() == 0) {
      throw value_error(
          "The inputs of Model.predict() must have a batch dimension. Received: shape=()");
    }
  }
  const int64_t length = inputs.front().shape()[0];
  const auto differs = [&](const Tensor& tensor) { return tensor.shape()[0] != length; };
  if (std::ranges::none_of(inputs, differs)) return length;
  std::string sizes;
  for (const Tensor& tensor : inputs) {
    append_item(sizes, std::to_string(tensor.shape()[0]));
  }
  throw value_error(
      "Data cardinality is ambiguous. Make sure all arrays contain the same number "
      "of samples. 'x' sizes: " +
      sizes);
}

Tensor rows_of(const Tensor& tensor, int64_t begin, int64_t end) {
  const Shape shape = tensor.shape().with(0, end - begin);
  if (tensor.dtype() == DType::kString) {
    const int64_t per_row = shape.slice(1).size();
    return Tensor::strings(tensor.string_data().slice(begin * per_row, end * per_row), shape);
  }
  const size_t row = tensor.bytes() / static_cast<size_t>(tensor.shape()[0]);
  const std::byte* data = tensor.raw_data() + static_cast<size_t>(begin) * row;
  return Tensor::from_bytes({data, static_cast<size_t>(end - begin) * row}, shape, tensor.dtype());
}

Tensor joined(const std::vector<Tensor>& parts) {
  if (parts.size() == 1) return parts.front();
  int64_t rows = 0;
  for (const Tensor& part : parts) {
    if (part.rank() == 0 || part.shape().slice(1) != parts.front().shape().slice(1)) {
      throw value_error(
          "all the input array dimensions except for the concatenation axis must match "
          "exactly: the outputs of the batches have the shapes " +
          repr(parts.front().shape()) + " and " + repr(part.shape()));
    }
    rows += part.shape()[0];
  }
  const Shape shape = parts.front().shape().with(0, rows);
  if (parts.front().dtype() == DType::kString) {
    std::vector<Strings> strings;
    for (const Tensor& part : parts) strings.push_back(part.string_data());
    return Tensor::strings(Strings::joined(strings), shape);
  }
  Tensor out = Tensor::allocate(shape, parts.front().dtype());
  std::byte* to = out.raw_data();
  for (const Tensor& part : parts) {
    if (part.bytes() > 0) std::memcpy(to, part.raw_data(), part.bytes());
    to += part.bytes();
  }
  return out;
}

Tree rows_of(const Tree& inputs, int64_t begin, int64_t end) {
  return map_structure(inputs, [&](const Tree& leaf) {
    return leaf.is_tensor() ? Tree(rows_of(leaf.as_tensor(), begin, end)) : leaf;
  });
}

}  // namespace

Tree predict_in_batches(Model& model, const Tree& inputs, int64_t batch_size,
                        FunctionRef<void(int64_t, int64_t)> on_progress) {
  if (batch_size <= 0) {
    throw value_error("Argument `batch_size` must be a positive integer. Received: batch_size=" +
                      std::to_string(batch_size));
  }
  const int64_t total = common_length(flatten_tensors(inputs));
  Tree first_outputs;
  std::vector<std::vector<Tensor>> parts;  // by output, then by batch
  for (int64_t begin = 0; begin < total || parts.empty(); begin += batch_size) {
    const int64_t end = std::min(total, begin + batch_size);
    const bool all = begin == 0 && end == total;
    const Tree outputs = model.predict_on_batch(all ? inputs : rows_of(inputs, begin, end));
    const std::vector<Tensor> tensors = flatten_tensors(outputs);
    if (parts.empty()) first_outputs = outputs;
    parts.resize(tensors.size());
    for (size_t i = 0; i < tensors.size(); ++i) parts[i].push_back(tensors[i]);
    if (on_progress) on_progress(end, total);
    if (total == 0 || tensors.empty()) break;
  }
  size_t next = 0;
  return map_structure(first_outputs, [&](const Tree& leaf) {
    return leaf.is_tensor() ? Tree(joined(parts[next++])) : leaf;
  });
}

}  // namespace keras
