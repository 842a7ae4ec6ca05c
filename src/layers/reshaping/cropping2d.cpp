// Cropping2D: crops images (keras/src/layers/reshaping/cropping2d.py).
#include "layers/reshaping/base_cropping.h"

namespace keras {
namespace {

class Cropping2D final : public BaseCropping {
 public:
  Cropping2D() : BaseCropping(2, json::Array{json_list({0, 0}), json_list({0, 0})}) {}
};

}  // namespace

KERAS_LAYER(Cropping2D)

}  // namespace keras
