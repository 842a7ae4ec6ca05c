// Cropping1D: crops sequences (keras/src/layers/reshaping/cropping1d.py).
#include "layers/reshaping/base_cropping.h"

namespace keras {
namespace {

class Cropping1D final : public BaseCropping {
 public:
  Cropping1D() : BaseCropping(1, json_list({1, 1})) {}
};

}  // namespace

KERAS_LAYER(Cropping1D)

}  // namespace keras
