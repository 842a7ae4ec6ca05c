// MelSpectrogram: audio signals to powers of mel frequencies over time
// (keras/src/layers/preprocessing/mel_spectrogram.py).
#include <cmath>

#include "base/byte_size.h"
#include "base/error.h"
#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"
#include "ops/core.h"
#include "ops/math.h"
#include "ops/numpy.h"

namespace keras {
namespace {

using Window = Given<"'hann' | 'hamming' | readonly number[] | null">;

// The mel scale of the Hidden Markov Model Toolkit.
Tensor hertz_to_mel(const Tensor& hertz) {
  return ops::multiply(1127.0, ops::log(ops::add(1.0, ops::divide(hertz, 700.0))));
}

class MelSpectrogram final : public ShapedLayer {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("fft_length", fft_length_, "Length of the Fourier transforms.");
    f("sequence_stride", sequence_stride_, "Samples between frames.");
    f("sequence_length", sequence_length_, "Samples per frame; `fft_length` when null.");
    f("window", window_, "Window of each frame: `hann`, `hamming`, its values, or null for none.");
    f("sampling_rate", sampling_rate_, "Samples per second.");
    f("num_mel_bins", num_mel_bins_, "Number of mel frequencies.");
    f("min_freq", min_freq_, "Lowest frequency in hertz.");
    f("max_freq", max_freq_, "Highest frequency in hertz; half of `sampling_rate` when null.");
    f("power_to_db", power_to_db_, "Whether to convert powers to decibels.");
    f("top_db", top_db_, "Decibels below the largest value at which values are cut off.");
    f("mag_exp", mag_exp_, "Exponent of the magnitudes: 1 for magnitudes, 2 for powers.");
    f("min_power", min_power_, "Smallest power that is converted to decibels.");
    f("ref_power", ref_power_, "The power of zero decibels.");
  }

  void validate() override {
    if (sequence_length_.value_or(0) == 0) sequence_length_ = fft_length_;
    if (fft_length_ < *sequence_length_) {
      raise_value_error(
          {"`fft_length` must be greater than or equal to   `sequence_length`. Received: "
           "`sequence_length`=",
           std::to_string(*sequence_length_), ", `fft_length`=", std::to_string(fft_length_), "."});
    }
    if (!max_freq_ || double{*max_freq_} == 0) {
      max_freq_ = static_cast<int64_t>(std::trunc(double{sampling_rate_} / 2));
    }
  }

  bool allows_non_tensor_arguments() const override { return true; }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    const Tensor magnitudes = spectrogram(ops::cast(inputs, DType::kFloat32));
    Tensor y = ops::tensordot(magnitudes, mel_weights(magnitudes.shape().back()), 1);
    if (power_to_db_) y = decibels(y);
    return ops::cast(ops::swapaxes(y, -1, -2), compute_dtype());
  }

 protected:
  // As Keras promises it, which is one frame more than `call` returns for some lengths.
  Shape output_shape(const Shape& input_shape) const override {
    if (input_shape.rank() == 0) raise_index_error({"tuple index out of range"});
    const int axis = input_shape.rank() == 1 ? 0 : 1;
    if (sequence_stride_ <= 0) {
      raise_value_error({"`sequence_stride` must be positive. Received: sequence_stride=",
                         std::to_string(sequence_stride_)});
    }
    const int64_t length = input_shape[axis];
    const int64_t frames =
        length == kNone ? kNone
                        : checked_sum(checked_sum(length, sequence_stride_), 1) / sequence_stride_;
    return input_shape.slice(0, axis).concat({num_mel_bins_, frames});
  }

 private:
  Tensor spectrogram(const Tensor& inputs) const {
    const auto [real, imag] =
        ops::stft(inputs, *sequence_length_, sequence_stride_, fft_length_, window_);
    return ops::power(ops::sqrt(ops::add(ops::square(real), ops::square(imag))), double{mag_exp_});
  }

  // [bins, num_mel_bins]: triangles that overlap on the mel scale, with a peak of 1.
  Tensor mel_weights(int64_t bins) const {
    const auto scalar = [](double value) { return Tensor::scalar(value); };
    const Tensor nyquist = ops::divide(scalar(sampling_rate_), 2.0);
    const Tree without_first = Tree::Slice{Tree(1), Tree(), Tree()};
    const Tensor frequencies =
        ops::get_item(ops::linspace(scalar(0), nyquist, bins), without_first);
    const Tensor mel = ops::expand_dims(hertz_to_mel(frequencies), 1);
    const int64_t count = checked_sum(num_mel_bins_, 2);
    const Tensor edges =
        ops::linspace(hertz_to_mel(scalar(min_freq_)), hertz_to_mel(scalar(*max_freq_)), count);
    const auto edge = [&](int64_t first) {
      return ops::reshape(ops::slice(edges, {first}, {num_mel_bins_}), {1, num_mel_bins_});
    };
    const Tensor lower = edge(0), center = edge(1), upper = edge(2);
    const Tensor rising = ops::divide(ops::subtract(mel, lower), ops::subtract(center, lower));
    const Tensor falling = ops::divide(ops::subtract(upper, mel), ops::subtract(upper, center));
    const Tensor weights = ops::maximum(0.0, ops::minimum(rising, falling));
    return ops::pad(weights, {{1, 0}, {0, 0}});  // without the constant part of the signal
  }

  Tensor decibels(const Tensor& x) const {
    const auto scaled_log = [this](const Tensor& powers) {
      return ops::multiply(10.0, ops::log10(ops::maximum(powers, double{min_power_})));
    };
    const Tensor reference = scaled_log(ops::absolute(Tensor::scalar(ref_power_)));
    const Tensor y = ops::subtract(scaled_log(x), reference);
    return ops::maximum(y, ops::subtract(ops::max(y), double{top_db_}));
  }

  int64_t fft_length_ = 2048;
  int64_t sequence_stride_ = 512;
  std::optional<int64_t> sequence_length_;
  Window window_{"hann"};
  Number sampling_rate_ = 16000;
  int64_t num_mel_bins_ = 128;
  Number min_freq_ = 20.0;
  std::optional<Number> max_freq_;
  bool power_to_db_ = true;
  Number top_db_ = 80.0;
  Number mag_exp_ = 2.0;
  Number min_power_ = 1e-10;
  Number ref_power_ = 1.0;
};

}  // namespace

KERAS_LAYER(MelSpectrogram)

}  // namespace keras
