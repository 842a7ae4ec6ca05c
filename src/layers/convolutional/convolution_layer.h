// The base of the four kinds of convolution layers: shared arguments and steps
// (keras/src/layers/convolutional).
#pragma once

#include <string>
#include <string_view>

#include "activations/activation.h"
#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"
#include "ops/nn.h"

namespace keras {

class ConvolutionLayer : public ShapedLayer {
 public:
  Tensor call_one(const Tensor& inputs, const CallArgs& args) override;

 protected:
  explicit ConvolutionLayer(int rank);

  // Parts of `fields`, in the order of Keras's configs.
  void window_fields(FieldVisitor& f);      // kernel_size, strides, padding
  void format_fields(FieldVisitor& f);      // data_format, dilation_rate
  void activation_fields(FieldVisitor& f);  // activation, use_bias
  void activity_regularizer_field(FieldVisitor& f);

  // Expands windows to `rank` values and lowercases the padding.
  void standardize_window(bool allow_causal = false);
  void refuse_strided_dilation() const;
  // "Invalid value for argument `filters`. Expected a strictly positive value. ..."
  static void require_positive(std::string_view name, int64_t value);

  // Convolves, without bias and activation.
  virtual Tensor convolve(const Tensor& inputs) = 0;

  int64_t input_channels(const Shape& input_shape) const;
  // The spatial part of the kernel's shape.
  Shape window() const { return Shape(kernel_size_.values()); }
  // Makes the input spec require that many channels.
  void expect_channels(int64_t channels);
  void add_bias(int64_t size, const InitializerPtr& initializer, const RegularizerPtr& regularizer,
                const ConstraintPtr& constraint);
  ops::ConvOptions conv_options() const;
  // The output shape with `filters` channels. ValueError when the window does not fit.
  Shape convolved_shape(const Shape& input_shape, int64_t filters) const;

  const std::shared_ptr<Variable>& bias() const { return bias_; }

  int rank_;
  IntTuple kernel_size_;
  IntTuple strides_{1};
  std::string padding_ = "valid";
  DataFormat data_format_;
  IntTuple dilation_rate_{1};
  Activation activation_;
  bool use_bias_ = true;

 private:
  std::shared_ptr<Variable> bias_;
};

}  // namespace keras
