// A tensor: shape, element type and, when there is one, memory. A cheap handle that shares its
// content.
//
// The same type stands for the three things an operation may be given (design.md, "A layer's call
// is written once"): real data; a place in a plan that is being recorded; or only a shape and
// dtype, of which some are tensors of the symbolic graph (Keras's KerasTensor) and know where they
// come from.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/dtype.h"
#include "base/function_ref.h"
#include "base/shape.h"

namespace keras {

// Memory of a tensor, aligned for SIMD. Owned by every tensor that views it.
class Buffer {
 public:
  // `what` says in errors whose memory it is: "a tensor of shape (2, 3) and dtype float32". Throws
  // RuntimeError when there is not so much memory.
  Buffer(size_t bytes, FunctionRef<std::string()> what);
  ~Buffer();
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  std::byte* data() { return data_; }
  size_t bytes() const { return bytes_; }

  // Live buffers and their bytes, for memory().
  static size_t live_count();
  static size_t live_bytes();

 private:
  std::byte* data_;
  size_t bytes_;
};

// What the symbolic graph knows of a tensor; defined by graph/keras_tensor.h.
class SymbolicInfo {
 public:
  virtual ~SymbolicInfo() = default;
  // What Python's repr says after shape and dtype.
  virtual std::string description() const { return {}; }
  // Whether this is what graph/keras_tensor.h defines; asked too often for a dynamic_cast.
  virtual bool is_keras_tensor_info() const { return false; }
};

class Tensor {
 public:
  Tensor() = default;  // no tensor: Python's None

  // Uninitialized memory.
  static Tensor allocate(const Shape& shape, DType dtype);
  static Tensor zeros(const Shape& shape, DType dtype);
  static Tensor full(const Shape& shape, DType dtype, double value);
  // A copy of `values` (as many as the shape says).
  static Tensor from(std::span<const float> values, const Shape& shape);
  static Tensor from(std::span<const int32_t> values, const Shape& shape);
  static Tensor from_bytes(std::span<const std::byte> bytes, const Shape& shape, DType dtype);
  static Tensor strings(std::vector<std::string> values, const Shape& shape);
  static Tensor scalar(double value, DType dtype = DType::kFloat32);
  // Only shape and dtype.
  static Tensor abstract(const Shape& shape, DType dtype);
  // A place in the plan being recorded (runtime/recorder.h).
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
  std::byte* raw_data() const;
  template <class T>
  std::span<T> span() const {
    return {data<T>(), static_cast<size_t>(size())};
  }
  std::vector<std::string>& string_data() const;
  // Element i as a number (any numeric dtype).
  double item(int64_t i = 0) const;

  // The same memory under another shape of equal size.
  Tensor reshaped(const Shape& shape) const;
  // A deep copy of the data.
  Tensor copy() const;
  // Same content, a new identity; a mask attached later does not touch this one.
  Tensor alias() const;

  // Keras's `_keras_mask`: a bool tensor that says which steps count; none by default.
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
  size_t offset = 0;  // of the first element in the buffer, in bytes
  std::shared_ptr<std::vector<std::string>> strings{};
  int slot = -1;
  std::shared_ptr<SymbolicInfo> symbolic{};
  std::shared_ptr<Impl> mask{};
};

}  // namespace keras
