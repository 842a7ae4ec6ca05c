// UpSampling3D: enlarges volumes by integer factors (keras/src/layers/reshaping/up_sampling3d.py).
#include "layers/reshaping/base_up_sampling.h"

namespace keras {
namespace {

class UpSampling3D final : public BaseUpSampling {
 public:
  UpSampling3D() : BaseUpSampling(3) {}
};

}  // namespace

KERAS_LAYER(UpSampling3D)

}  // namespace keras
