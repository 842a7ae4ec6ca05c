// What products (matmul, convolutions) take over from the steps behind them: scale and shift of
// output channels, and an activation.
#pragma once

#include <vector>

#include "kernels/epilogue.h"
#include "runtime/step.h"

namespace keras::ops {

class FusedEpilogue {
 public:
  // y becomes affine(y): only before any activation.
  bool fuse(const runtime::ChannelAffine& affine);
  bool fuse(const runtime::Activation& activation);

  // What the weights of each output have to be multiplied by when they are packed; null if nothing.
  const float* scale() const { return scale_.empty() ? nullptr : scale_.data(); }
  kernels::Epilogue epilogue() const;

 private:
  std::vector<float> scale_, shift_;
  runtime::Activation activation_;
};

}  // namespace keras::ops
