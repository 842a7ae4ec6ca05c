// ZeroPadding3D: pads volumes with zeros (keras/src/layers/reshaping/zero_padding3d.py).
#include "layers/reshaping/base_padding.h"

namespace keras {
namespace {

class ZeroPadding3D final : public BaseZeroPadding {
 public:
  ZeroPadding3D()
      : BaseZeroPadding(3, json::Array{json_list({1, 1}), json_list({1, 1}), json_list({1, 1})}) {}
};

}  // namespace

KERAS_LAYER(ZeroPadding3D)

}  // namespace keras
