// Reshape: reshapes each sample (keras/src/layers/reshaping/reshape.py).
#include <algorithm>

#include "base/error.h"
#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class Reshape final : public ShapedLayer {
 public:
  Reshape() { build_at_init(); }

  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("target_shape", target_shape_, "The new shape of a sample; one dimension may be -1.",
      Field::kRequired);
  }

  void validate() override {
    const std::string received = " Received: target_shape=" + repr_tuple(target_shape_) + ".";
    for (const int64_t dim : target_shape_) {
      if (dim < -1) {
        raise_value_error(
            {"Each dimension in `target_shape` must be a non-negative integer, or `-1` for a "
             "single "
             "unknown dimension.",
             received});
      }
    }
    if (std::count(target_shape_.begin(), target_shape_.end(), -1) > 1) {
      raise_value_error(
          {"There must be at most one unknown dimension (-1) in `target_shape`.", received});
    }
  }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    return ops::reshape(inputs, output_shape(inputs.shape()).dims());
  }

 protected:
  bool promises_compute_dtype() const override { return false; }

  Shape output_shape(const Shape& input_shape) const override {
    const Shape batch{dim_at(input_shape, 0)};
    const Shape input = input_shape.slice(1);
    Shape target(target_shape_);
    if (!input.is_fully_defined()) return batch.concat(target);
    const std::string received =
        " Received: input_shape=" + repr(input) + ", target_shape=" + repr_tuple(target_shape_);
    const auto unknown = std::find(target_shape_.begin(), target_shape_.end(), -1);
    if (unknown == target_shape_.end()) {
      if (input.size() != target.size()) {
        raise_value_error({"The total size of the tensor must be unchanged.", received});
      }
      return batch.concat(target);
    }
    const int at = static_cast<int>(unknown - target_shape_.begin());
    const int64_t known = target.with(at, 1).size();
    if (known == 0 || input.size() % known != 0) {
      raise_value_error(
          {"The total size of the tensor must be unchanged, however, the input size cannot by "
           "divided "
           "by the specified dimensions in target_shape.",
           received});
    }
    return batch.concat(target.with(at, input.size() / known));
  }

 private:
  Ints target_shape_;
};

}  // namespace

KERAS_LAYER(Reshape)

}  // namespace keras
