#include "tensor/tensor.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/byte_size.h"
#include "base/error.h"
#include "tensor/element.h"
#include "tensor/variable.h"

namespace keras {
namespace {

constexpr size_t kAlignment = 64;
size_t g_live_count = 0;
size_t g_live_bytes = 0;

Tensor make(Tensor::Impl impl) { return Tensor(std::make_shared<Tensor::Impl>(std::move(impl))); }

template <class T>
Tensor copy_of(std::span<const T> values, const Shape& shape, DType dtype) {
  return Tensor::from_bytes(std::as_bytes(values), shape, dtype);
}

}  // namespace

Buffer::Buffer(size_t bytes, FunctionRef<std::string()> what) : bytes_(bytes) {
  const size_t rounded = (std::max<size_t>(bytes, 1) + kAlignment - 1) / kAlignment * kAlignment;
  data_ = static_cast<std::byte*>(std::aligned_alloc(kAlignment, rounded));
  if (data_ == nullptr) {
    raise_runtime_error({"Out of memory: ", what(), " has ", std::to_string(bytes),
                         " bytes, which could not be allocated"});
  }
  ++g_live_count;
  g_live_bytes += bytes_;
}

Buffer::~Buffer() {
  std::free(data_);
  --g_live_count;
  g_live_bytes -= bytes_;
}

size_t Buffer::live_count() { return g_live_count; }
size_t Buffer::live_bytes() { return g_live_bytes; }

Tensor Tensor::allocate(const Shape& shape, DType dtype) {
  Impl impl{.shape = shape, .dtype = dtype};
  const size_t bytes = byte_size(shape, dtype);
  if (dtype == DType::kString) {
    impl.strings = Strings::blank(shape.size());
  } else {
    impl.buffer = std::make_shared<Buffer>(bytes, [&] { return tensor_text(shape, dtype); });
  }
  return make(std::move(impl));
}

Tensor Tensor::zeros(const Shape& shape, DType dtype) {
  if (dtype == DType::kString) return full(shape, dtype, 0);
  Tensor out = allocate(shape, dtype);
  if (out.bytes() > 0) std::memset(out.raw_data(), 0, out.bytes());
  return out;
}

Tensor Tensor::full(const Shape& shape, DType dtype, double value) {
  if (dtype == DType::kString)
    raise_type_error({"A tensor of strings cannot be filled with numbers."});
  Tensor out = allocate(shape, dtype);
  const size_t item = dtype_size(dtype);
  if (out.bytes() == 0) return out;
  store_element(dtype, out.raw_data(), 0, value);
  for (size_t at = item; at < out.bytes(); at += item) {
    std::memcpy(out.raw_data() + at, out.raw_data(), item);
  }
  return out;
}

Tensor Tensor::from(std::span<const float> values, const Shape& shape) {
  return copy_of(values, shape, DType::kFloat32);
}

Tensor Tensor::from(std::span<const int32_t> values, const Shape& shape) {
  return copy_of(values, shape, DType::kInt32);
}

Tensor Tensor::from_bytes(std::span<const std::byte> bytes, const Shape& shape, DType dtype) {
  Tensor out = allocate(shape, dtype);
  if (bytes.size() != out.bytes()) {
    raise_value_error({"A tensor of shape ", repr(shape), " and dtype ",
                       std::string(dtype_name(dtype)), " has ", std::to_string(out.bytes()),
                       " bytes. Received: ", std::to_string(bytes.size()), " bytes"});
  }
  if (!bytes.empty()) std::memcpy(out.raw_data(), bytes.data(), bytes.size());
  return out;
}

Tensor Tensor::strings(std::span<const std::string> values, const Shape& shape) {
  return strings(Strings(values), shape);
}

Tensor Tensor::strings(Strings values, const Shape& shape) {
  byte_size(shape, DType::kString);
  if (values.size() != shape.size()) {
    raise_value_error({"A tensor of shape ", repr(shape), " has ", std::to_string(shape.size()),
                       " strings. Received: ", std::to_string(values.size())});
  }
  return make({.shape = shape, .dtype = DType::kString, .strings = std::move(values)});
}

Tensor Tensor::scalar(double value, DType dtype) { return full({}, dtype, value); }

Tensor Tensor::abstract(const Shape& shape, DType dtype) {
  return make({.shape = shape, .dtype = dtype});
}

Tensor Tensor::slot(const Shape& shape, DType dtype, int slot) {
  return make({.shape = shape, .dtype = dtype, .slot = slot});
}

Tensor Tensor::symbolic(const Shape& shape, DType dtype, std::shared_ptr<SymbolicInfo> info) {
  return make({.shape = shape, .dtype = dtype, .symbolic = std::move(info)});
}

const Shape& Tensor::shape() const { return impl_->shape; }
DType Tensor::dtype() const { return impl_->dtype; }
size_t Tensor::bytes() const { return dtype() == DType::kString ? 0 : byte_size(shape(), dtype()); }
bool Tensor::has_data() const {
  return impl_ && (impl_->buffer || static_cast<bool>(impl_->strings));
}
bool Tensor::is_slot() const { return impl_ && impl_->slot >= 0; }
SymbolicInfo* Tensor::symbolic_info() const { return impl_ ? impl_->symbolic.get() : nullptr; }
int Tensor::slot() const { return impl_->slot; }

std::byte* Tensor::raw_data() const {
  if (!impl_ || !impl_->buffer) {
    if (impl_) StatelessScope::note_missing_data();
    raise_internal_error({"The tensor has no data"});
  }
  return impl_->buffer->data() + impl_->offset;
}

Strings& Tensor::string_data() const {
  if (!impl_ || !impl_->strings) {
    if (impl_ && !impl_->buffer) StatelessScope::note_missing_data();
    raise_internal_error({"The tensor has no strings"});
  }
  return impl_->strings;
}

double Tensor::item(int64_t i) const {
  if (i < 0 || i >= size()) {
    raise_index_error(
        {"index ", std::to_string(i), " is out of bounds for a tensor of shape ", repr(shape())});
  }
  return load_element(dtype(), raw_data(), i);
}

Tensor Tensor::reshaped(const Shape& shape) const {
  check_reshape(this->shape(), shape);
  Impl impl = *impl_;
  impl.shape = shape;
  impl.mask = nullptr;
  return make(std::move(impl));
}

Tensor Tensor::copy() const {
  if (impl_->strings) return alias();  // strings are immutable
  Tensor out = allocate(shape(), dtype());
  if (bytes() > 0) std::memcpy(out.raw_data(), raw_data(), bytes());
  return out;
}

Tensor Tensor::alias() const {
  Impl impl = *impl_;
  impl.mask = nullptr;
  return make(std::move(impl));
}

Tensor Tensor::mask() const { return impl_ ? Tensor(impl_->mask) : Tensor(); }
void Tensor::set_mask(const Tensor& mask) const { impl_->mask = mask.impl_; }

}  // namespace keras
