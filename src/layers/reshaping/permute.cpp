// Permute: reorders the axes of each sample (keras/src/layers/reshaping/permute.py).

#include "base/error.h"
#include "base/sort.h"
#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class Permute final : public ShapedLayer {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("dims", dims_, "The new order of the axes, counted from 1 and without the batch.",
      Field::kRequired);
  }

  void validate() override {
    std::vector<int64_t> sorted = dims_;
    sort_stably(sorted);
    for (size_t i = 0; i < sorted.size(); ++i) {
      if (sorted[i] == static_cast<int64_t>(i) + 1) continue;
      raise_value_error(
          {"Invalid permutation argument `dims` for Permute Layer. The set of indices in `dims` "
           "must "
           "be consecutive and start from 1. Received dims=",
           repr(json_list(dims_))});
    }
    set_input_specs({{.ndim = static_cast<int>(dims_.size()) + 1}});
  }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    std::vector<int64_t> axes = dims_;
    axes.insert(axes.begin(), 0);
    return ops::transpose(inputs, axes);
  }

 protected:
  bool promises_compute_dtype() const override { return false; }

  Shape output_shape(const Shape& input_shape) const override {
    Shape out{dim_at(input_shape, 0)};
    for (const int64_t axis : dims_) out.push_back(dim_at(input_shape, axis));
    return out;
  }

 private:
  Ints dims_;
};

}  // namespace

KERAS_LAYER(Permute)

}  // namespace keras
