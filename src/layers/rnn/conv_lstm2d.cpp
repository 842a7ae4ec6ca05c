// ConvLSTM2D: a convolutional LSTM over sequences of 2D images
// (keras/src/layers/rnn/conv_lstm2d.py).
#include "layers/rnn/conv_lstm.h"

namespace keras {
namespace {

class ConvLSTM2D final : public ConvLSTM {
 public:
  ConvLSTM2D() : ConvLSTM(2) {}
};

}  // namespace

KERAS_LAYER(ConvLSTM2D)

}  // namespace keras
