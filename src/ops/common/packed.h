// Memory for weights that a step packs when its plan is made.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/byte_size.h"
#include "base/function_ref.h"
#include "tensor/tensor.h"

namespace keras::ops {

class Packed {
 public:
  // How a matrix is read. Packed alike, equal matrices of one tensor are equal.
  struct Layout {
    int64_t rows, columns, stride;
    bool transposed;
    auto operator<=>(const Layout&) const = default;
  };

  explicit operator bool() const { return buffer_ != nullptr; }
  template <class T = float>
  T* allocate(int64_t count) {
    buffer_ = new_buffer(byte_size(count, sizeof(T), kWhat));
    return data<T>();
  }
  // Uses what another step has packed of the same weights, or calls `pack` with new memory. Plans
  // for other batch sizes, and plans of clones, whose weights are shared until one side replaces
  // them, thus take no memory of their own.
  void share(const Tensor& weights, const Layout& layout, int64_t count,
             FunctionRef<void(float*)> pack);
  template <class T = float>
  T* data() const {
    return reinterpret_cast<T*>(buffer_->data());
  }

 private:
  static constexpr std::string_view kWhat = "a packed weight";
  static std::shared_ptr<Buffer> new_buffer(size_t bytes);

  std::shared_ptr<Buffer> buffer_;
};

}  // namespace keras::ops
