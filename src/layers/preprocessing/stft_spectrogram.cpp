// STFTSpectrogram: short-time Fourier transform by convolution with trainable kernels
// (keras/src/layers/preprocessing/stft_spectrogram.py).
#include "base/byte_size.h"
#include "base/error.h"
#include "base/warning.h"
#include "initializers/signal_window.h"
#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/numpy.h"

namespace keras {
namespace {

using Window = Given<"string | readonly number[] | null">;

constexpr double kEpsilon = 1e-7;  // keras.config.epsilon()

// The smallest power of two that is not less.
int64_t power_of_two_from(int64_t n) {
  if (n <= 0) raise_value_error({"math domain error"});
  int64_t power = 1;
  while (power < n) power = checked_product(power, 2);
  return power;
}

class STFTSpectrogram final : public ShapedLayer {
 public:
  STFTSpectrogram() { set_input_specs({{.ndim = 3}}); }

  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("mode", mode_,
      "The output: `log`, `magnitude`, `psd`, `real`, `imag`, `angle` or `stft` (real and "
      "imaginary parts).");
    f("frame_length", frame_length_, "Samples per frame.");
    f("frame_step", frame_step_, "Samples between frames; half of `frame_length` when null.");
    f("fft_length", fft_length_,
      "Length of the transform; the smallest power of two that holds a frame when null.");
    f("window", window_, "Name of a window, its values, or null for none.");
    f("periodic", periodic_, "Whether a named window is periodic.");
    f("scaling", scaling_, "How the window is scaled: `density`, `spectrum` or null.");
    f("padding", padding_, "`valid` (none) or `same`.");
    f("data_format", data_format_, "Position of the channels axis.");
    f("expand_dims", expand_dims_, "Whether frequencies and channels have axes of their own.");
  }

  void validate() override {
    if (frame_step_ && (*frame_step_ > frame_length_ || *frame_step_ < 1)) {
      raise_value_error(
          {"`frame_step` should be a positive integer not greater than `frame_length`. Received "
           "frame_step=",
           std::to_string(*frame_step_), ", frame_length=", std::to_string(frame_length_)});
    }
    if (fft_length_) check_fft_length();
    if (mode_ != "log" && mode_ != "magnitude" && mode_ != "psd" && mode_ != "real" &&
        mode_ != "imag" && mode_ != "angle" && mode_ != "stft") {
      raise_value_error(
          {"Output mode is invalid, it must be one of log, magnitude, psd, real, imag, angle, "
           "stft. Received: mode=",
           mode_});
    }
    if (scaling_ && *scaling_ != "density" && *scaling_ != "spectrum") {
      raise_value_error(
          {"Scaling is invalid, it must be `None`, 'density' or 'spectrum'. Received scaling=",
           *scaling_});
    }
    if (padding_ != "valid" && padding_ != "same") {
      raise_value_error(
          {"Padding is invalid, it should be 'valid', 'same'. Received: padding=", padding_});
    }
    if (window_->is_string()) signal_window(window_->as_string(), 1, true);  // throws if unknown
    bins_ =
        (fft_length_ && *fft_length_ != 0 ? *fft_length_ : power_of_two_from(frame_length_)) / 2 +
        1;
  }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    const DType dtype = inputs.dtype();
    if (dtype != DType::kFloat16 && dtype != DType::kFloat32 && dtype != DType::kFloat64) {
      raise_type_error(
          {"Invalid input type. Expected `float16`, `float32` or `float64`. Received: input type=",
           std::string(dtype_name(dtype))});
    }
    if (mode_ == "real") return arranged(transformed(inputs, real_kernel_));
    if (mode_ == "imag") return arranged(transformed(inputs, imag_kernel_));
    const Tensor real = transformed(inputs, real_kernel_);
    const Tensor imag = transformed(inputs, imag_kernel_);
    if (mode_ == "angle") return arranged(ops::arctan2(imag, real));
    if (mode_ == "stft") return arranged(ops::concatenate({real, imag}, 2));
    const Tensor power = ops::add(ops::square(real), ops::square(imag));
    if (mode_ == "psd") return arranged(one_sided_density(power));
    const Tensor magnitude = arranged(ops::sqrt(ops::maximum(power, kEpsilon)));
    return mode_ == "magnitude" ? magnitude : ops::log(ops::maximum(magnitude, kEpsilon));
  }

 protected:
  Shape output_shape(const Shape& input_shape) const override {
    if (input_shape.rank() != 3) {
      raise_value_error(
          {"STFTSpectrogram expects inputs of shape (batch, time, channels) or "
           "(batch, channels, time). Received: input_shape=",
           repr(input_shape)});
    }
    const int64_t channels = dim_at(input_shape, data_format_.channel_axis());
    const int64_t frames = frames_of(input_shape);
    const int64_t bins = mode_ == "stft" ? checked_product(bins_, 2) : bins_;
    const int64_t batch = input_shape.front();
    if (expand_dims_) {
      return data_format_.channels_first ? Shape{batch, channels, frames, bins}
                                         : Shape{batch, frames, bins, channels};
    }
    const int64_t all = channels == kNone ? kNone : checked_product(bins, channels);
    return data_format_.channels_first ? Shape{batch, all, frames} : Shape{batch, frames, all};
  }

  void build_one(const Shape&) override {
    if (mode_ != "imag") real_kernel_ = add_kernel("real");
    if (mode_ != "real") imag_kernel_ = add_kernel("imag");
  }

 private:
  void check_fft_length() const {
    const std::string received = std::to_string(*fft_length_);
    if (*fft_length_ < frame_length_) {
      raise_value_error(
          {"`fft_length` should be not less than `frame_length`. Received fft_length=", received,
           ", frame_length=", std::to_string(frame_length_)});
    }
    if (*fft_length_ > 0 && (*fft_length_ & (*fft_length_ - 1)) != 0) {
      warn("`fft_length` is recommended to be a power of two. Received fft_length=" + received);
    }
  }

  std::shared_ptr<Variable> add_kernel(const std::string& side) {
    const json::Object config{{"side", side},
                              {"window", window_.value},
                              {"scaling", FieldTraits<std::optional<std::string>>::write(scaling_)},
                              {"periodic", periodic_}};
    return add_weight(side + "_kernel", {frame_length_, 1, bins_},
                      get_initializer(json::Object{{"class_name", "STFT"}, {"config", config}}));
  }

  ops::ConvOptions conv_options() const {
    return {.strides = Ints{frame_step_.value_or(frame_length_ / 2)},
            .padding = padding_,
            .data_format = std::string(data_format_.name())};
  }

  int64_t frames_of(const Shape& input_shape) const {
    const ShapesOnlyScope scope;
    const int64_t time = input_shape[data_format_.spatial_axis()];
    const Shape signal =
        data_format_.channels_first ? Shape{kNone, 1, time} : Shape{kNone, time, 1};
    const Shape kernel{frame_length_, 1, bins_};
    const Tensor frames = ops::conv(Tensor::abstract(signal, DType::kFloat32),
                                    Tensor::abstract(kernel, DType::kFloat32), conv_options());
    return frames.shape()[data_format_.spatial_axis()];
  }

  // Each channel convolved by itself: [batch, channels, bins, frames].
  Tensor transformed(const Tensor& inputs, const std::shared_ptr<Variable>& kernel) const {
    const bool first = data_format_.channels_first;
    const Tensor by_channel = first ? inputs : ops::transpose(inputs, {{0, 2, 1}});
    const int64_t batch = by_channel.shape()[0], channels = by_channel.shape()[1];
    const int64_t time = by_channel.shape()[2];
    const int64_t signals = checked_product(batch, channels);
    const Tensor signal = ops::reshape(by_channel, first ? std::vector<int64_t>{signals, 1, time}
                                                         : std::vector<int64_t>{signals, time, 1});
    Tensor y = ops::conv(signal, ops::cast(kernel->value(), inputs.dtype()), conv_options());
    if (!first) y = ops::transpose(y, {{0, 2, 1}});
    return ops::reshape(y, {batch, channels, y.shape()[1], y.shape()[2]});
  }

  // From [batch, channels, bins, frames] to the axes of the output.
  Tensor arranged(const Tensor& x) const {
    const bool first = data_format_.channels_first;
    if (expand_dims_) {
      return ops::transpose(
          x, first ? std::vector<int64_t>{0, 1, 3, 2} : std::vector<int64_t>{0, 3, 2, 1});
    }
    const Shape& shape = x.shape();
    const Tensor y = ops::reshape(x, {shape[0], shape[1] * shape[2], shape[3]});
    return first ? y : ops::transpose(y, {{0, 2, 1}});
  }

  // Counts each bin twice that has a mirrored one: all but the first and the last.
  static Tensor one_sided_density(const Tensor& power) {
    const Tree::Slice all{Tree(), Tree(), Tree()}, inner{Tree(1), Tree(-1), Tree()};
    const Tensor mirrored = ops::get_item(power, Tree::tuple({all, all, inner, all}));
    return ops::add(power, ops::pad(mirrored, {{0, 0}, {0, 0}, {1, 1}, {0, 0}}));
  }

  std::string mode_ = "log";
  int64_t frame_length_ = 256;
  std::optional<int64_t> frame_step_, fft_length_;
  Window window_{"hann"};
  bool periodic_ = false;
  std::optional<std::string> scaling_ = "density";
  std::string padding_ = "valid";
  DataFormat data_format_;
  bool expand_dims_ = false;
  int64_t bins_ = 0;
  std::shared_ptr<Variable> real_kernel_, imag_kernel_;
};

}  // namespace

KERAS_LAYER(STFTSpectrogram)

}  // namespace keras
