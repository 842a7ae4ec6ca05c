// ZeroPadding1D: pads sequences with zeros (keras/src/layers/reshaping/zero_padding1d.py).
#include "layers/reshaping/base_padding.h"

namespace keras {
namespace {

class ZeroPadding1D final : public BaseZeroPadding {
 public:
  ZeroPadding1D() : BaseZeroPadding(1, 1) {}
};

}  // namespace

KERAS_LAYER(ZeroPadding1D)

}  // namespace keras
