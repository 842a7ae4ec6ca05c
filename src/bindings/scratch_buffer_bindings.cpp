// The fast path of small predictions, without any JSON: shapes cross through a few numbers in the
// core's memory, data through its address. Used for creating tensors, and for predictions whose
// inputs and output are plain tensors. web/boundary/scratch_buffer.ts is the other side.
#include <emscripten/val.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "bindings/codec/codec.h"
#include "bindings/codec/handles.h"
#include "bindings/guard.h"
#include "models/batches.h"

namespace keras::bindings {
namespace {

// dtype, rank and dimensions of a tensor; of a result also the address and size of its data.
constexpr size_t kDType = 0, kRank = 1, kAddress = 2, kBytes = 3, kDims = 4;
std::array<double, 128> buffer;

// Inputs of the next prediction, in their order.
Tree::Sequence inputs;
// What it returned.
Tree predicted;

// A view of the buffer, valid until the core's memory grows.
emscripten::val scratch_buffer() {
  return emscripten::val(emscripten::typed_memory_view(buffer.size(), buffer.data()));
}

// The names of the dtypes by their index in the scratch buffer, as a JSON list.
std::string scratch_buffer_dtypes() {
  json::Array names;
  for (int i = 0; i <= static_cast<int>(DType::kString); ++i) {
    names.emplace_back(std::string(dtype_name(static_cast<DType>(i))));
  }
  return encode(names);
}

double address_of(const Tensor& tensor) {
  return static_cast<double>(reinterpret_cast<uintptr_t>(tensor.raw_data()));
}

Tensor allocate() {
  std::vector<int64_t> dims(static_cast<size_t>(buffer[kRank]));
  for (size_t i = 0; i < dims.size(); ++i) dims[i] = static_cast<int64_t>(buffer[kDims + i]);
  Tensor tensor = Tensor::allocate(Shape(std::move(dims)),
                                   static_cast<DType>(static_cast<int>(buffer[kDType])));
  buffer[kAddress] = address_of(tensor);
  return tensor;
}

// A tensor of the shape and dtype in the scratch buffer. Writes its address there.
TensorHandlePtr tensor_allocate() { return make_handle(allocate()); }

double tensor_address(const TensorHandle& handle) { return address_of(handle.tensor); }

// --- Predictions ---

// Adds an input of the shape and dtype in the scratch buffer. Writes its address there.
void predict_add_data() { inputs.emplace_back(allocate()); }

void predict_add_tensor(const TensorHandle& handle) { inputs.emplace_back(handle.tensor); }

// Drops the inputs when one of them is invalid.
void predict_cancel() { inputs.clear(); }

// Predicts from the added inputs, as a list or the only one. Returns whether the result is a tensor
// that the scratch buffer describes, to be copied before predict_end(); predict_result() returns
// any other result.
bool predict_added(const ObjectHandle& handle, bool as_list, double batch_size) {
  const Tree::Sequence given = std::exchange(inputs, {});
  const auto model = handle.as<Model>();
  predicted = predict_in_batches(*model, as_list ? Tree::list(given) : given.front(),
                                 static_cast<int64_t>(batch_size));
  const Tensor tensor = predicted.is_tensor() ? predicted.as_tensor() : Tensor();
  if (!tensor || !tensor.has_data() || tensor.dtype() == DType::kString ||
      static_cast<size_t>(tensor.rank()) > buffer.size() - kDims) {
    return false;
  }
  buffer[kDType] = static_cast<double>(tensor.dtype());
  buffer[kRank] = tensor.rank();
  buffer[kAddress] = address_of(tensor);
  buffer[kBytes] = static_cast<double>(tensor.bytes());
  std::copy(tensor.shape().begin(), tensor.shape().end(), buffer.begin() + kDims);
  return true;
}

Packed predict_result() { return pack(std::exchange(predicted, Tree())); }

// Frees the result.
void predict_end() { predicted = Tree(); }

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_scratch_buffer) {
  using namespace keras::bindings;
  bind<&scratch_buffer>("scratchBuffer");
  bind<&scratch_buffer_dtypes>("scratchBufferDTypes");
  bind<&tensor_allocate>("tensorAllocate");
  bind<&tensor_address>("tensorAddress");
  bind<&predict_add_data>("predictAddData");
  bind<&predict_add_tensor>("predictAddTensor");
  bind<&predict_cancel>("predictCancel");
  bind<&predict_added>("predictAdded");
  bind<&predict_result>("predictResult");
  bind<&predict_end>("predictEnd");
}
