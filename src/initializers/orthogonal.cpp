// Orthogonal: the Q factor of a random normal matrix
// (keras/src/initializers/random_initializers.py).
#include <algorithm>
#include <vector>

#include "base/error.h"
#include "initializers/random_initializer.h"
#include "kernels/qr.h"
#include "tensor/cast.h"

namespace keras::initializers {

class Orthogonal final : public RandomInitializer {
 public:
  void fields(FieldVisitor& f) override {
    RandomInitializer::fields(f);
    f("gain", gain_, "Factor of the values.");
  }

  Tensor operator()(const Shape& shape, DType dtype) override {
    if (shape.rank() < 2) {
      throw value_error("The tensor to initialize must be at least two-dimensional. Received: " +
                        std::string("shape=") + repr(shape) + " of rank " +
                        std::to_string(shape.rank()) + ".");
    }
    const int64_t rows = shape.slice(0, shape.rank() - 1).size();
    const int64_t columns = shape.back();
    const int64_t high = std::max(rows, columns);
    const int64_t wide = std::min(rows, columns);
    const Tensor random = normal({high, wide}, DType::kFloat32, 0, 1);
    const Tensor q = Tensor::allocate({high, wide}, DType::kFloat32);
    const Tensor r = Tensor::allocate({wide, wide}, DType::kFloat32);
    std::vector<double> scratch(static_cast<size_t>(kernels::qr_scratch_doubles(high, wide)));
    kernels::qr(random.data<float>(), high, wide, q.data<float>(), r.data<float>(), scratch.data());

    Tensor out = Tensor::allocate(shape, DType::kFloat32);
    for (int64_t i = 0; i < high; ++i) {
      for (int64_t j = 0; j < wide; ++j) {
        const float diagonal = r.data<float>()[j * wide + j];
        const float sign = static_cast<float>((diagonal > 0) - (diagonal < 0));
        const int64_t to = rows < columns ? j * high + i : i * wide + j;
        out.data<float>()[to] = gain_.to_float() * (q.data<float>()[i * wide + j] * sign);
      }
    }
    return cast_data(out, dtype);
  }

 private:
  Number gain_ = 1.0;
};

KERAS_CLASS("keras.initializers", Orthogonal, Family::kInitializer,
            "orthogonal OrthogonalInitializer")

}  // namespace keras::initializers
