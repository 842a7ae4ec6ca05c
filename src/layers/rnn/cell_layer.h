// The base of recurrent layers that create their cell and expose its settings: LSTM, GRU, SimpleRNN
// and ConvLSTM.
#pragma once

#include "layers/rnn/dropout_rnn_cell.h"
#include "layers/rnn/rnn.h"

namespace keras {

class CellLayer : public RNN {
 public:
  void fields(FieldVisitor& f) override;
  void configure(const json::Object& config) override { Layer::configure(config); }
  void validate() override;

 protected:
  // `name` is the name of the cell.
  CellLayer(std::shared_ptr<DropoutRNNCell> cell, const char* name)
      : own_cell_(std::move(cell)), cell_name_(name) {}
  DropoutRNNCell& own_cell() const { return *own_cell_; }

 private:
  std::shared_ptr<DropoutRNNCell> own_cell_;
  const char* cell_name_;
};

}  // namespace keras
