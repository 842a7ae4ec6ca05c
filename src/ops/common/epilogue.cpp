#include "ops/common/epilogue.h"

namespace keras::ops {

bool FusedEpilogue::fuse(const runtime::ChannelAffine& affine) {
  if (!activation_.is_linear()) return false;
  for (size_t i = 0; i < affine.scale.size(); ++i) {
    if (!shift_.empty()) shift_[i] *= affine.scale[i];
    if (!scale_.empty()) scale_[i] *= affine.scale[i];
  }
  if (scale_.empty()) scale_ = affine.scale;
  if (shift_.empty()) {
    shift_ = affine.shift;
  } else {
    for (size_t i = 0; i < affine.shift.size(); ++i) shift_[i] += affine.shift[i];
  }
  return true;
}

bool FusedEpilogue::fuse(const runtime::Activation& activation) {
  if (!activation_.is_linear()) return false;
  activation_ = activation;
  return true;
}

kernels::Epilogue FusedEpilogue::epilogue() const {
  return {.bias = shift_.empty() ? nullptr : shift_.data(),
          .activation = activation_.function,
          .params = activation_.params};
}

}  // namespace keras::ops
