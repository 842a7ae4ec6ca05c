// Constant: a number, or values to broadcast (keras/src/initializers/constant_initializers.py).
#include <algorithm>

#include "base/error.h"
#include "initializers/initializer.h"
#include "json/repr.h"
#include "serialization/deserialize.h"
#include "serialization/revive_values.h"
#include "serialization/serialize.h"
#include "tensor/cast.h"
#include "tensor/element.h"

namespace keras::initializers {

class Constant final : public Initializer {
 public:
  void fields(FieldVisitor& f) override {
    f("value", json_, "A number, or an array that is broadcast to the shape.");
  }

  void validate() override {
    const Tree value = deserialize_keras_object(json_);
    if (value.is_tensor()) {
      values_ = value.as_tensor();
    } else if (value.is_ndarray()) {
      values_ = value.as_ndarray().data;
    } else if (json_.is_array()) {
      values_ = tensor_from_json(json_, DType::kFloat32);
    } else if (json_.is_number() || json_.is_bool()) {
      values_ = Tensor::scalar(json_.is_bool() ? json_.as_bool() : json_.as_double());
    } else {
      throw value_error("Argument `value` must be a number or an array. Received: value=" +
                        repr(json_));
    }
    json_ = serialize_keras_object(value);
  }

  Tensor operator()(const Shape& shape, DType dtype) override {
    const Tensor values = cast_data(values_, dtype);
    const Shape out_shape = broadcast_shapes(values.shape(), shape);
    Tensor out = Tensor::allocate(out_shape, dtype);
    // Iterates the output like an odometer; broadcast axes do not advance the source.
    const int rank = out_shape.rank();
    const int missing = rank - values.rank();
    std::vector<int64_t> at(static_cast<size_t>(rank), 0);
    const size_t bytes = dtype_size(dtype);
    for (int64_t i = 0; i < out.size(); ++i) {
      int64_t from = 0;
      for (int axis = missing; axis < rank; ++axis) {
        const int64_t dim = values.shape()[axis - missing];
        from = from * dim + (dim == 1 ? 0 : at[static_cast<size_t>(axis)]);
      }
      std::copy_n(values.raw_data() + static_cast<size_t>(from) * bytes, bytes,
                  out.raw_data() + static_cast<size_t>(i) * bytes);
      for (int axis = rank - 1; axis >= 0; --axis) {
        if (++at[static_cast<size_t>(axis)] < out_shape[axis]) break;
        at[static_cast<size_t>(axis)] = 0;
      }
    }
    return out;
  }

 private:
  json::Value json_ = 0.0;
  Tensor values_ = Tensor::scalar(0);
};

KERAS_CLASS("keras.initializers", Constant, Family::kInitializer, "constant")

}  // namespace keras::initializers
