// Memory for weights that a step packed when its plan was made.
#pragma once

#include <memory>

#include "tensor/tensor.h"

namespace keras::ops {

class Packed {
 public:
  explicit operator bool() const { return buffer_ != nullptr; }
  float* allocate(int64_t floats) {
    buffer_ = std::make_unique<Buffer>(static_cast<size_t>(floats) * sizeof(float));
    return data();
  }
  float* data() const { return reinterpret_cast<float*>(buffer_->data()); }

 private:
  std::unique_ptr<Buffer> buffer_;
};

}  // namespace keras::ops
