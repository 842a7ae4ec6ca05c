// Flatten: merges all axes but the batch (keras/src/layers/reshaping/flatten.py).
#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class Flatten final : public ShapedLayer {
 public:
  Flatten() { set_input_specs({{.min_ndim = 1}}); }

  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("data_format", data_format_,
      "Position of the channels axis in the input; channels are last in the output.");
  }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    Tensor x = inputs;
    if (data_format_.channels_first && x.rank() > 1) {
      std::vector<int64_t> axes{0};
      for (int axis = 2; axis < x.rank(); ++axis) axes.push_back(axis);
      axes.push_back(1);
      x = ops::transpose(x, axes);
    }
    return ops::reshape(x, output_shape(inputs.shape()).dims());
  }

 protected:
  bool promises_compute_dtype() const override { return false; }

  Shape output_shape(const Shape& input_shape) const override {
    const Shape rest = input_shape.slice(1);
    return {dim_at(input_shape, 0), rest.is_fully_defined() ? rest.size() : kNone};
  }

 private:
  DataFormat data_format_;
};

}  // namespace

KERAS_LAYER(Flatten)

}  // namespace keras
