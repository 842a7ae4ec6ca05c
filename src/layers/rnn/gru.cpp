// GRU: a gated recurrent unit layer (keras/src/layers/rnn/gru.py).
#include "layers/rnn/cell_layer.h"
#include "layers/rnn/cudnn_option.h"
#include "layers/rnn/gru_cell.h"

namespace keras {
namespace {

class GRU final : public CellLayer {
 public:
  GRU() : CellLayer(make_object<GRUCell>(kGRUCellClass), "gru_cell") {
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

KERAS_LAYER(GRU)

}  // namespace keras
