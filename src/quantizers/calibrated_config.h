// The base of GPTQConfig and AWQConfig, which calibrate with sample data that configs do not keep.
#pragma once

#include "quantizers/quantization_config.h"

namespace keras::quantizers {

class CalibratedConfig : public QuantizationConfig {
 protected:
  // `whole` describes a group size of -1 in messages.
  void check(const char* whole) const;

  json::Value dataset_;
  json::Value tokenizer_;
  int64_t weight_bits_ = 4;
  int64_t num_samples_ = 128;
  int64_t sequence_length_ = 512;
  int64_t group_size_ = 128;
  json::Value quantization_layer_structure_;
};

}  // namespace keras::quantizers
