// The `use_cudnn` argument of LSTM and GRU: validated, never written, and without effect.
#pragma once

#include "base/error.h"
#include "json/repr.h"
#include "serialization/fields.h"

namespace keras {

class CudnnOption {
 public:
  void field(FieldVisitor& f) {
    f("use_cudnn", value_, "Whether Keras may use cuDNN; no effect here.", Field::kReadOnly);
  }
  void validate() const {
    if (value_.is_bool() || (value_.is_string() && value_.as_string() == "auto")) return;
    raise_value_error(
        {"Invalid valid received for argument `use_cudnn`. Expected one of {'auto', True, False}. "
         "Received: use_cudnn=",
         (value_.is_string() ? value_.as_string() : repr(value_))});
  }

 private:
  json::Value value_ = "auto";
};

}  // namespace keras
