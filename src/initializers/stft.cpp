// STFT: convolution kernels of a short-time Fourier transform
// (keras/src/initializers/constant_initializers.py).
#include <cmath>
#include <numbers>
#include <optional>

#include "base/error.h"
#include "initializers/initializer.h"
#include "initializers/signal_window.h"
#include "json/repr.h"
#include "serialization/deserialize.h"
#include "serialization/revive_values.h"
#include "tensor/cast.h"

namespace keras::initializers {

class STFT final : public Initializer {
 public:
  void fields(FieldVisitor& f) override {
    f("side", side_, "Part of the transform: `real` or `imag`.");
    f("window", window_, "Name of a window, its values, or null for none.");
    f("periodic", periodic_, "Whether a named window is periodic.");
    f("scaling", scaling_, "How the window is scaled: `density`, `spectrum` or null.");
  }

  void validate() override {
    if (side_ != "real" && side_ != "imag") {
      throw value_error("side should be 'real' or 'imag', not " + side_);
    }
    if (window_.is_string()) signal_window(window_.as_string(), 1, true);  // throws if unknown
    if (scaling_ && *scaling_ != "density" && *scaling_ != "spectrum") {
      throw value_error(
          "Scaling is invalid, it must be `None`, 'density' or 'spectrum'. Received scaling=" +
          *scaling_);
    }
  }

  Tensor operator()(const Shape& shape, DType dtype) override {
    if (shape.rank() != 3) {
      throw value_error((shape.rank() < 3 ? "not enough values to unpack (expected 3, got "
                                          : "too many values to unpack (expected 3, got ") +
                        std::to_string(shape.rank()) + ")");
    }
    const int64_t frame = shape[0];
    const int64_t bins = shape[2];
    const std::vector<float> window = window_values(frame);
    const float scale = scale_of(window);
    const auto length = static_cast<float>((bins - 1) * 2);

    // As in Keras, only one input channel is computed.
    Tensor out = Tensor::allocate({frame, 1, bins}, DType::kFloat32);
    float* y = out.data<float>();
    for (int64_t t = 0; t < frame; ++t) {
      for (int64_t k = 0; k < bins; ++k) {
        const float turns = -2.0f * static_cast<float>(t) * (static_cast<float>(k) / length);
        const float angle = turns * std::numbers::pi_v<float>;
        float value = side_ == "real" ? std::cos(angle) : std::sin(angle);
        if (!window.empty()) value = value * window[static_cast<size_t>(t)] / scale;
        *y++ = value;
      }
    }
    return cast_data(out, dtype);
  }

 private:
  std::vector<float> window_values(int64_t frame) const {
    if (window_.is_null()) return {};
    if (window_.is_string()) {
      const auto values = signal_window(window_.as_string(), frame, periodic_);
      return {values.begin(), values.end()};
    }
    const Tree given = deserialize_keras_object(window_);
    Tensor values = given.is_tensor()    ? given.as_tensor()
                    : given.is_ndarray() ? given.as_ndarray().data
                                         : tensor_from_json(window_, DType::kFloat32);
    if (values.rank() != 1 || values.shape()[0] != frame) {
      throw value_error(
          "The shape of `window` must be equal to [frame_length].Received: window shape=" +
          repr(values.shape()));
    }
    values = cast_data(values, DType::kFloat32);
    return {values.data<float>(), values.data<float>() + frame};
  }

  float scale_of(const std::vector<float>& window) const {
    if (!scaling_ || window.empty()) return 1;
    float sum = 0;
    for (float value : window) sum += *scaling_ == "density" ? value * value : std::abs(value);
    return *scaling_ == "density" ? std::sqrt(sum) : sum;
  }

  std::string side_ = "real";
  json::Value window_ = "hann";
  bool periodic_ = false;
  std::optional<std::string> scaling_ = "density";
};

KERAS_CLASS("keras.initializers", STFT, Family::kInitializer, "stft STFTInitializer")

}  // namespace keras::initializers
