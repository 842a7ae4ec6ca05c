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
  float* allocate(int64_t floats) {
    constexpr std::string_view kWhat = "a packed weight";
    buffer_ = std::make_unique<Buffer>(byte_size(floats, sizeof(float), kWhat),
                                       [&] { return std::string(kWhat); });
    return data();
  }
  float* data() const { return reinterpret_cast<float*>(buffer_->data()); }

 private:
  std::unique_ptr<Buffer> buffer_;
};

}  // namespace keras::ops
