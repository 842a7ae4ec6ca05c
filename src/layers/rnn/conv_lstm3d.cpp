// ConvLSTM3D: a convolutional LSTM over sequences of 3D images
// (keras/src/layers/rnn/conv_lstm3d.py).
#include "layers/rnn/conv_lstm.h"

namespace keras {
namespace {

class ConvLSTM3D final : public ConvLSTM {
 public:
  ConvLSTM3D() : ConvLSTM(3) {}
};

}  // namespace

KERAS_LAYER(ConvLSTM3D)

}  // namespace keras
