// A tensor: a cheap, shared handle of shape, dtype and, if it has data, memory.
//
// One type covers the three things an operation may receive: real data; a slot in a plan that is
// being recorded; or only a shape and dtype. The last includes Keras's KerasTensors, which also
// know their history.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/dtype.h"
#include "base/function_ref.h"
#include "base/shape.h"
#include "tensor/strings.h"

namespace keras {

// SIMD-aligned memory, shared by all tensors that view it.
class Buffer {
 public:
  // `what` names the tensor in the RuntimeError thrown when allocation fails.
  Buffer(size_t bytes, FunctionRef<std::string()> what);
  ~Buffer();
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  std::byte* data() { return data_; }
  size_t bytes() const { return bytes_; }

  // Live buffers and their total bytes, for memory().
  static size_t live_count();
  static size_t live_bytes();

 private:
  std::byte* data_;
  size_t bytes_;
};

// What a symbolic graph records about a tensor; implemented in graph/keras_tensor.h.
class SymbolicInfo {
 public:
  virtual ~SymbolicInfo() = default;
  // What Python's repr prints after shape and dtype.
  virtual std::string description() const { return {}; }
  // Whether this is a KerasTensorInfo; too hot for a dynamic_cast.
  virtual bool is_keras_tensor_info() const { return false; }
};

class Tensor {
 public:
  Tensor() = default;  // null: Python's None

  // Uninitialized memory.
  static Tensor allocate(const Shape& shape, DType dtype);
  static Tensor zeros(const Shape& shape, DType dtype);
  static Tensor full(const Shape& shape, DType dtype, double value);
  // Copies `values`, whose number must match the shape.
  static Tensor from(std::span<const float> values, const Shape& shape);
  static Tensor from(std::span<const int32_t> values, const Shape& shape);
  static Tensor from_bytes(std::span<const std::byte> bytes, const Shape& shape, DType dtype);
  static Tensor strings(Strings values, const Shape& shape);
  static Tensor strings(std::span<const std::string> values, const Shape& shape);
  static Tensor strings(std::initializer_list<std::string> values, const Shape& shape) {
    return strings(std::span(values.begin(), values.size()), shape);
  }
  static Tensor scalar(double value, DType dtype = DType::kFloat32);
  // Only shape and dtype.
  static Tensor abstract(const Shape& shape, DType dtype);
  // A slot in the plan being recorded (runtime/recorder.h).
  static Tensor slot(const Shape& shape, DType dtype, int slot);
  // A tensor of the symbolic graph.
  static Tensor symbolic(const Shape& shape, DType dtype, std::shared_ptr<SymbolicInfo> info);

  explicit operator bool() const { return impl_ != nullptr; }
  bool operator==(const Tensor& other) const { return impl_ == other.impl_; }  // identity
  const void* id() const { return impl_.get(); }

  const Shape& shape() const;
  DType dtype() const;
  int rank() const { return shape().rank(); }
  int64_t size() const { return shape().size(); }
  // Bytes of the elements; 0 for strings.
  size_t bytes() const;

  bool has_data() const;
  bool is_slot() const;
  bool is_abstract() const { return !has_data() && !is_slot(); }
  SymbolicInfo* symbolic_info() const;
  int slot() const;

  template <class T>
  T* data() const {
    return reinterpret_cast<T*>(raw_data());
  }
  // Not of strings.
  std::byte* raw_data() const;
  template <class T>
  std::span<T> span() const {
    return {data<T>(), static_cast<size_t>(size())};
  }
  // The strings. A step replaces the blank ones of its freshly allocated results.
  Strings& string_data() const;
  // Element i of any numeric dtype as a double.
  double item(int64_t i = 0) const;

  // A view of the same memory with another shape of equal size.
  Tensor reshaped(const Shape& shape) const;
  Tensor copy() const;
  // The same data with a new identity: masks set on one do not affect the other.
  Tensor alias() const;

  // Keras's `_keras_mask`: a bool tensor of the time steps to keep; null when unset.
  Tensor mask() const;
  void set_mask(const Tensor& mask) const;

  struct Impl;
  const std::shared_ptr<Impl>& impl() const { return impl_; }
  explicit Tensor(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<Impl> impl_;
};

struct Tensor::Impl {
  Shape shape;
  DType dtype = DType::kFloat32;
  std::shared_ptr<Buffer> buffer{};
  size_t offset = 0;  // of the first element, in bytes
  Strings strings{};
  int slot = -1;
  std::shared_ptr<SymbolicInfo> symbolic{};
  std::shared_ptr<Impl> mask{};
};

}  // namespace keras
