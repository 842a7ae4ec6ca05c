// Weights of CuDNNLSTM and CuDNNGRU (Keras 2.0.9 to TensorFlow 1.15) as LSTM and GRU have them.
#pragma once

#include <vector>

#include "layers/layer.h"

namespace keras {

// Replaces the kernel, recurrent kernel and bias of each cell whose stored bias has the layout of
// cuDNN: two biases in a row. Other values stay as they are.
void convert_cudnn_weights(const Layer::Variables& variables, std::vector<Tensor>& values);

}  // namespace keras
