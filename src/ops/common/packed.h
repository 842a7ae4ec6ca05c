// Memory for weights that a step packs when its plan is made.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/byte_size.h"
#include "tensor/tensor.h"

namespace keras::ops {

class Packed {
 public:
  explicit operator bool() const { return buffer_ != nullptr; }
  template <class T = float>
  T* allocate(int64_t count) {
    constexpr std::string_view kWhat = "a packed weight";
    buffer_ = std::make_unique<Buffer>(byte_size(count, sizeof(T), kWhat),
                                       [&] { return std::string(kWhat); });
    return data<T>();
  }
  template <class T = float>
  T* data() const {
    return reinterpret_cast<T*>(buffer_->data());
  }

 private:
  std::unique_ptr<Buffer> buffer_;
};

}  // namespace keras::ops
