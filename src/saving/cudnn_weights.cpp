#include "saving/cudnn_weights.h"

namespace keras {
namespace {

// cuDNN stores the elements of each gate's kernel in the order of the transposed kernel.
Tensor converted_kernel(const Tensor& stored, int64_t gates) {
  const int64_t rows = stored.shape().front();
  const int64_t columns = stored.shape().back();
  const int64_t units = columns / gates;
  Tensor kernel = Tensor::allocate(stored.shape(), DType::kFloat32);
  const float* from = stored.data<float>();
  float* to = kernel.data<float>();
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t column = 0; column < columns; ++column) {
      const int64_t index = column % units * rows + row;  // in the gate's kernel, rows by units
      to[row * columns + column] =
          from[index / units * columns + column / units * units + index % units];
    }
  }
  return kernel;
}

Tensor converted_bias(const Tensor& stored, const Shape& shape) {
  Tensor bias = Tensor::allocate(shape, DType::kFloat32);
  const int64_t half = stored.shape().size() / 2;
  const float* from = stored.data<float>();
  for (int64_t i = 0; i < shape.size(); ++i) {
    bias.data<float>()[i] = shape.rank() == 1 ? from[i] + from[half + i] : from[i];
  }
  return bias;
}

// The number of gates; 0 when the values from `first` on are not the weights of a cuDNN cell.
int64_t cudnn_gates(const Layer::Variables& variables, const std::vector<Tensor>& values,
                    size_t first) {
  const Shape& recurrent = values[first + 1].shape();
  const Shape& bias = values[first + 2].shape();
  const Shape& expected = variables[first + 2]->shape();
  if (values[first].shape().rank() != 2 || recurrent.rank() != 2 || bias.rank() != 1) return 0;
  for (size_t i = first; i < first + 3; ++i) {
    if (values[i].dtype() != DType::kFloat32) return 0;
    if (i < first + 2 && values[i].shape() != variables[i]->shape()) return 0;
  }
  const int64_t units = recurrent.front();
  const bool is_lstm = expected == Shape{4 * units} && bias == Shape{8 * units};
  const bool is_gru = expected == Shape{2, 3 * units} && bias == Shape{6 * units};
  return is_lstm ? 4 : is_gru ? 3 : 0;
}

}  // namespace

void convert_cudnn_weights(const Layer::Variables& variables, std::vector<Tensor>& values) {
  if (variables.size() != values.size()) return;
  for (size_t i = 0; i + 2 < values.size(); ++i) {
    const int64_t gates = cudnn_gates(variables, values, i);
    if (gates == 0) continue;
    values[i] = converted_kernel(values[i], gates);
    values[i + 1] = converted_kernel(values[i + 1], gates);
    values[i + 2] = converted_bias(values[i + 2], variables[i + 2]->shape());
    i += 2;
  }
}

}  // namespace keras
