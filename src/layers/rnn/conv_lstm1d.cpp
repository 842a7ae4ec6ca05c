// ConvLSTM1D: a convolutional LSTM over sequences of 1D images
// (keras/src/layers/rnn/conv_lstm1d.py).
#include "layers/rnn/conv_lstm.h"

namespace keras {
namespace {

class ConvLSTM1D final : public ConvLSTM {
 public:
  ConvLSTM1D() : ConvLSTM(1) {}
};

}  // namespace

KERAS_LAYER(ConvLSTM1D)

}  // namespace keras
