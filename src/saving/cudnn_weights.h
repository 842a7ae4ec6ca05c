// Converts weights of CuDNNLSTM and CuDNNGRU (Keras 2.0.9 to TensorFlow 1.15) to LSTM and GRU.
#pragma once

#include <vector>

#include "layers/layer.h"

namespace keras {

// Replaces the kernel, recurrent kernel and bias of each cell whose stored bias has the layout of
// cuDNN: two concatenated biases. Other values are unchanged.
void convert_cudnn_weights(const Layer::Variables& variables, std::vector<Tensor>& values);

}  // namespace keras
