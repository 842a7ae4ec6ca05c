// Cropping3D: crops volumes (keras/src/layers/reshaping/cropping3d.py).
#include "layers/reshaping/base_cropping.h"

namespace keras {
namespace {

class Cropping3D final : public BaseCropping {
 public:
  Cropping3D()
      : BaseCropping(3, json::Array{json_list({1, 1}), json_list({1, 1}), json_list({1, 1})}) {}
};

}  // namespace

KERAS_LAYER(Cropping3D)

}  // namespace keras
