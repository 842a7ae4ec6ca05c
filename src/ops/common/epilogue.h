// What products (matmul, convolutions) fuse from the steps that follow them: scale and shift of
// output channels, and an activation.
#pragma once

#include <vector>

#include "kernels/epilogue.h"
#include "runtime/step.h"

namespace keras::ops {

class FusedEpilogue {
 public:
  // Each returns false after an activation was fused.
  bool fuse(const runtime::ChannelAffine& affine);
  bool fuse(const runtime::Activation& activation);

  // Factors of the weights of each output channel, applied when they are packed; null for none.
  const float* scale() const { return scale_.empty() ? nullptr : scale_.data(); }
  kernels::Epilogue epilogue() const;

 private:
  std::vector<float> scale_, shift_;
  runtime::Activation activation_;
};

}  // namespace keras::ops
