// LSTM: a long short-term memory layer (keras/src/layers/rnn/lstm.py).
#include "layers/rnn/cell_layer.h"
#include "layers/rnn/cudnn_option.h"
#include "layers/rnn/lstm_cell.h"

namespace keras {
namespace {

class LSTM final : public CellLayer {
 public:
  LSTM() : CellLayer(make_object<LSTMCell>(kLSTMCellClass), "lstm_cell") {
    set_input_specs({{.ndim = 3}});
  }

  void fields(FieldVisitor& f) override {
    CellLayer::fields(f);
    cudnn_.field(f);
  }

  void validate() override {
    CellLayer::validate();
    cudnn_.validate();
  }

 private:
  CudnnOption cudnn_;
};

}  // namespace

KERAS_LAYER(LSTM)

}  // namespace keras
