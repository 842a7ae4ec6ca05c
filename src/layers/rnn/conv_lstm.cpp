#include "layers/rnn/conv_lstm.h"

#include <algorithm>

#include "base/byte_size.h"
#include "base/error.h"
#include "layers/rnn/lstm_cell.h"
#include "ops/ops.h"

namespace keras {

// Keras does not export this class, which only the layers use.
KERAS_CLASS("keras.src.layers.rnn.conv_lstm", ConvLSTMCell, Family::kLayer)

void ConvLSTMCell::cell_fields(FieldVisitor& f, RegularizerPtr* activity_regularizer) {
  f("filters", filters_, "Number of channels of the output.", Field::kRequired);
  f("kernel_size", kernel_size_, "Size of the convolution window.", Field::kRequired);
  f("strides", strides_, "Strides of the convolution of the inputs.");
  f("padding", padding_, "Padding of the convolution of the inputs: valid or same.");
  f("data_format", data_format_, "Position of the channels axis.");
  f("dilation_rate", dilation_rate_, "Dilation of the convolution of the inputs.");
  f("activation", activation_, "Activation of the cell state and of the output.");
  f("recurrent_activation", recurrent_activation_, "Activation of the gates.");
  f("use_bias", use_bias_, "Whether a bias vector is added.");
  initializer_fields(f);
  f("unit_forget_bias", unit_forget_bias_, "Whether the forget gate's bias starts at one.");
  restriction_fields(f, activity_regularizer);
  dropout_fields(f);
  f("seed", seed_, "Seed of the dropout masks.");
}

void ConvLSTMCell::validate() {
  DropoutRNNCell::validate();
  kernel_size_.standardize(rank_, "kernel_size");
  strides_.standardize(rank_, "strides", /*allow_zero=*/true);
  padding_ = standardize_padding(padding_);
  dilation_rate_.standardize(rank_, "dilation_rate");
  if (strides_.max() > 1 && dilation_rate_.max() > 1) {
    raise_value_error(
        {"Specifying `strides > 1` is not compatible with `dilation_rate > 1`. Please provide "
         "`strides=1` or `dilation_rate=1`. Received: strides=",
         repr(strides_), " and dilation_rate=", repr(dilation_rate_)});
  }
  mask_count_ = 4;
  set_input_specs({{.ndim = rank_ + 2}});
}

Shape ConvLSTMCell::kernel_shape(int64_t channels, int64_t filters) const {
  Shape shape(kernel_size_.values());
  shape.push_back(channels);
  shape.push_back(filters);
  return shape;
}

InitializerPtr ConvLSTMCell::make_bias_initializer() const {
  return unit_forget_bias_ ? forget_gate_initializer(bias_initializer_) : bias_initializer_;
}

void ConvLSTMCell::build_layer(const BuildShapes& shapes) {
  const Shape& input = shapes.first().shape();
  const int channel_axis = this->channel_axis();
  for (int axis = 1; axis < input.rank(); ++axis) {
    if (axis == channel_axis || input[axis] != kNone) continue;
    raise_value_error(
        {"ConvLSTM layers only support static input shapes for the spatial dimension. Received "
         "invalid input shape: input_shape=",
         repr(input)});
  }
  const int64_t channels = dim_at(input, channel_axis);
  if (channels == kNone) {
    raise_value_error(
        {"The channel dimension of the inputs (last axis) should be defined. Found None. Full "
         "input "
         "shape received: input_shape=",
         repr(input)});
  }
  input_shape_ = input;
  set_input_specs({{.shape = input.with(0, kNone)}});
  const int64_t gates = checked_product(4, filters_);
  add_cell_weights(kernel_shape(channels, gates), kernel_shape(filters_, gates), {gates});
}

Shape ConvLSTMCell::output_shape(const Shape& input_shape) const {
  const ShapesOnlyScope scope;
  const int64_t channels = dim_at(input_shape, channel_axis());
  return input_conv(Tensor::abstract(input_shape, compute_dtype()),
                    Tensor::abstract(kernel_shape(channels, filters_), compute_dtype()))
      .shape();
}

Tree ConvLSTMCell::get_initial_state(int64_t batch_size) {
  const Shape shape = output_shape(input_shape_.with(0, batch_size));
  return Tree::list({zero_state(shape, compute_dtype()), zero_state(shape, compute_dtype())});
}

Tensor ConvLSTMCell::input_conv(const Tensor& x, const Tensor& kernel) const {
  return ops::conv(x, kernel,
                   {.strides = strides_.values(),
                    .padding = padding_,
                    .data_format = std::string(data_format_.name()),
                    .dilation_rate = dilation_rate_.values()});
}

Tensor ConvLSTMCell::recurrent_conv(const Tensor& x, const Tensor& kernel) const {
  return ops::conv(x, kernel, {.padding = "same", .data_format = std::string(data_format_.name())});
}

std::vector<Tensor> ConvLSTMCell::gates(const Tensor& input, const Tensor& state, bool training) {
  std::vector<int64_t> bias_shape(static_cast<size_t>(rank_) + 2, 1);
  bias_shape[static_cast<size_t>(channel_axis())] = -1;
  const Tensor bias = bias_ ? ops::reshape(bias_->value(), bias_shape) : Tensor();
  if (!drops_input(training) && !drops_state(training)) {
    Tensor z = input_conv(input, kernel_->value());
    if (bias) z = ops::add(z, bias);
    z = ops::add(z, recurrent_conv(state, recurrent_kernel_->value()));
    return ops::split(z, 4, channel_axis());
  }
  const auto* input_masks = drops_input(training) ? &dropout_masks(input) : nullptr;
  const auto* state_masks = drops_state(training) ? &recurrent_dropout_masks(state) : nullptr;
  const std::vector<Tensor> kernels = ops::split(kernel_->value(), 4, -1);
  const std::vector<Tensor> recurrent = ops::split(recurrent_kernel_->value(), 4, -1);
  std::vector<Tensor> biases;
  if (bias) biases = ops::split(bias, 4, channel_axis());
  std::vector<Tensor> gates;
  for (size_t gate = 0; gate < 4; ++gate) {
    const int g = static_cast<int>(gate);
    Tensor x = input_conv(masked(input, input_masks, g), kernels[gate]);
    if (bias) x = ops::add(x, biases[gate]);
    gates.push_back(ops::add(x, recurrent_conv(masked(state, state_masks, g), recurrent[gate])));
  }
  return gates;
}

Tree ConvLSTMCell::call(const CallArgs& args) {
  const Tensor input = args.tensor(0);
  const Tensor state = state_at(args.get("states"), 0);
  const Tensor carry = state_at(args.get("states"), 1);
  const bool training = args.training() && !input.is_abstract();
  const std::vector<Tensor> z = gates(input, state, training);
  return lstm_step(z, carry, activation_, recurrent_activation_);
}

ConvLSTM::ConvLSTM(int rank) : ConvLSTM(make_object<ConvLSTMCell>(kConvLSTMCellClass), rank) {}

ConvLSTM::ConvLSTM(std::shared_ptr<ConvLSTMCell> cell, int rank)
    : CellLayer(cell, "conv_lstm_cell"), conv_cell_(std::move(cell)) {
  conv_cell_->set_rank(rank);
  set_input_specs({{.ndim = rank + 3}});
}

ShapeTree ConvLSTM::step_output_shape(const Shape& sequences) const {
  return conv_cell_->output_shape(Shape{sequences.front()}.concat(sequences.slice(2)));
}

ShapeTree::List ConvLSTM::state_shapes(const Shape& sequences) const {
  return {step_output_shape(sequences), step_output_shape(sequences)};
}

}  // namespace keras
