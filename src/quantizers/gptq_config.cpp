// GPTQConfig (keras/src/quantizers/gptq_config.py).
#include "base/error.h"
#include "quantizers/calibrated_config.h"

namespace keras::quantizers {

class GPTQConfig final : public CalibratedConfig {
 public:
  std::string mode() const override { return "gptq"; }

  void fields(FieldVisitor& f) override {
    f("dataset", dataset_, "Samples for calibration; not kept in the config.");
    f("tokenizer", tokenizer_, "Tokenizer of the samples; not kept in the config.");
    f("weight_bits", weight_bits_, "2, 3, 4 or 8 bits a weight.");
    f("num_samples", num_samples_, "Number of samples to use.");
    f("per_channel", per_channel_, "Whether every output channel has its own scale.");
    f("sequence_length", sequence_length_, "Length of a sample.");
    f("hessian_damping", hessian_damping_,
      "Fraction of the Hessian's mean to add to its diagonal.");
    f("group_size", group_size_, "Number of weights that share a scale; -1 for all.");
    f("symmetric", symmetric_, "Whether the range is symmetric around 0.");
    f("activation_order", activation_order_,
      "Whether to process columns by decreasing activation.");
    f("quantization_layer_structure", quantization_layer_structure_, "Where the layers are.");
  }

  void validate() override {
    if (weight_bits_ != 2 && weight_bits_ != 3 && weight_bits_ != 4 && weight_bits_ != 8) {
      raise_value_error({"Unsupported weight_bits ", std::to_string(weight_bits_),
                         ". Supported values are 2, 3, 4, and 8."});
    }
    if (hessian_damping_ < 0.0 || hessian_damping_ > 1.0) {
      raise_value_error({"hessian_damping must be between 0 and 1."});
    }
    check("whole-tensor");
    dataset_ = tokenizer_ = nullptr;
  }

 private:
  bool per_channel_ = true;
  Number hessian_damping_ = 0.01;
  bool symmetric_ = false;
  bool activation_order_ = false;
};

KERAS_CLASS("keras.quantizers", GPTQConfig, Family::kQuantizer, "gptq_config")

}  // namespace keras::quantizers
