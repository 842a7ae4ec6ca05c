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

  // `weights` with the last axis multiplied by the scale: what has to be packed instead of them.
  // Empty when there is no scale.
  std::vector<float> scaled(const float* weights, int64_t count) const;
  bool has_scale() const { return !scale_.empty(); }
  kernels::Epilogue epilogue() const;

 private:
  std::vector<float> scale_, shift_;
  runtime::Activation activation_;
};

}  // namespace keras::ops
