// SimpleRNN: a fully connected recurrent layer (keras/src/layers/rnn/simple_rnn.py).
#include "layers/rnn/cell_layer.h"
#include "layers/rnn/simple_rnn_cell.h"

namespace keras {
namespace {

class SimpleRNN final : public CellLayer {
 public:
  SimpleRNN() : SimpleRNN(make_object<SimpleRNNCell>(kSimpleRNNCellClass)) {}

  void configure(const json::Object& config) override {
    cell_->prepare_seed(config);
    CellLayer::configure(config);
  }

  void validate() override {
    // Keras accepts this argument and drops it.
    activity_regularizer_ = nullptr;
    CellLayer::validate();
  }

 private:
  explicit SimpleRNN(std::shared_ptr<SimpleRNNCell> cell)
      : CellLayer(cell, "simple_rnn_cell"), cell_(std::move(cell)) {
    set_input_specs({{.ndim = 3}});
  }

  std::shared_ptr<SimpleRNNCell> cell_;
};

}  // namespace

KERAS_LAYER(SimpleRNN)

}  // namespace keras
