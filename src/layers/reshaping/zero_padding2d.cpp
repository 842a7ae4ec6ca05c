// ZeroPadding2D: pads images with zeros (keras/src/layers/reshaping/zero_padding2d.py).
#include "layers/reshaping/base_padding.h"

namespace keras {
namespace {

class ZeroPadding2D final : public BaseZeroPadding {
 public:
  ZeroPadding2D() : BaseZeroPadding(2, json_list({1, 1})) {}
};

}  // namespace

KERAS_LAYER(ZeroPadding2D)

}  // namespace keras
