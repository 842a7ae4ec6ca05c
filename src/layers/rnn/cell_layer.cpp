#include "layers/rnn/cell_layer.h"

namespace keras {

void CellLayer::fields(FieldVisitor& f) {
  sequence_fields(f);
  own_cell_->cell_fields(f, &activity_regularizer_);
}

void CellLayer::validate() {
  own_cell_->settle_inside(*this, cell_name_);
  set_cell(own_cell_);
}

}  // namespace keras
