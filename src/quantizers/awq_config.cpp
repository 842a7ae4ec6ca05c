// AWQConfig (keras/src/quantizers/awq_config.py).
#include "base/error.h"
#include "quantizers/calibrated_config.h"

namespace keras::quantizers {

class AWQConfig final : public CalibratedConfig {
 public:
  std::string mode() const override { return "awq"; }

  void fields(FieldVisitor& f) override {
    f("dataset", dataset_, "Samples for calibration; not kept in the config.");
    f("tokenizer", tokenizer_, "Tokenizer of the samples; not kept in the config.");
    f("weight_bits", weight_bits_, "4 bits a weight.");
    f("num_samples", num_samples_, "Number of samples to use.");
    f("sequence_length", sequence_length_, "Length of a sample.");
    f("group_size", group_size_,
      "Number of weights that share a scale; -1 for one scale per channel.");
    f("num_grid_points", num_grid_points_, "Number of scales to try.");
    f("quantization_layer_structure", quantization_layer_structure_, "Where the layers are.");
  }

  void validate() override {
    if (weight_bits_ != 4) {
      raise_value_error({"AWQ only supports 4-bit quantization. Received weight_bits=",
                         std::to_string(weight_bits_), "."});
    }
    check("per-channel");
    if (num_grid_points_ <= 0) raise_value_error({"num_grid_points must be a positive integer."});
    dataset_ = tokenizer_ = nullptr;
  }

 private:
  int64_t num_grid_points_ = 20;
};

KERAS_CLASS("keras.quantizers", AWQConfig, Family::kQuantizer, "awq_config")

}  // namespace keras::quantizers
