// UpSampling2D: enlarges images by integer factors (keras/src/layers/reshaping/up_sampling2d.py).
#include "layers/reshaping/base_up_sampling.h"
#include "ops/image.h"

namespace keras {
namespace {

class UpSampling2D final : public BaseUpSampling {
 public:
  UpSampling2D() : BaseUpSampling(2) {}

  void fields(FieldVisitor& f) override {
    BaseUpSampling::fields(f);
    f("interpolation", interpolation_, "nearest, bilinear, bicubic, lanczos3 or lanczos5.");
  }

  void validate() override {
    BaseUpSampling::validate();
    for (char& c : interpolation_) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
  }

  Tensor call_one(const Tensor& inputs, const CallArgs& args) override {
    if (interpolation_ == "nearest") return BaseUpSampling::call_one(inputs, args);
    const Shape out = output_shape(inputs.shape());
    const int axis = data_format_.spatial_axis();
    return ops::resize(
        inputs, out[axis], out[axis + 1],
        {.interpolation = interpolation_, .data_format = std::string(data_format_.name())});
  }

 private:
  std::string interpolation_ = "nearest";
};

}  // namespace

KERAS_LAYER(UpSampling2D)

}  // namespace keras
