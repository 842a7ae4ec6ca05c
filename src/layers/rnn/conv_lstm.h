// An LSTM with convolutions, over sequences of 1D, 2D or 3D images
// (keras/src/layers/rnn/conv_lstm.py).
#pragma once

#include "layers/argument_validation.h"
#include "layers/rnn/cell_layer.h"

namespace keras {

class ConvLSTMCell final : public DropoutRNNCell {
 public:
  void cell_fields(FieldVisitor& f, RegularizerPtr* activity_regularizer) override;
  void validate() override;
  void set_rank(int rank) { rank_ = rank; }

  // Not a width: states have the output's shape.
  Tree state_size() const override { return -1; }
  std::optional<int64_t> output_size() const override { return std::nullopt; }
  Tree get_initial_state(int64_t batch_size) override;
  // The output shape of one step.
  Shape output_shape(const Shape& input_shape) const;

  Tree call(const CallArgs& args) override;

 protected:
  void build_layer(const BuildShapes& shapes) override;
  InitializerPtr make_bias_initializer() const override;

 private:
  int channel_axis() const { return data_format_.channels_first ? 1 : rank_ + 1; }
  Shape kernel_shape(int64_t channels, int64_t filters) const;
  Tensor input_conv(const Tensor& x, const Tensor& kernel) const;
  Tensor recurrent_conv(const Tensor& x, const Tensor& kernel) const;
  // Pre-activations by gate.
  std::vector<Tensor> gates(const Tensor& input, const Tensor& state, bool training);

  int rank_ = 0;
  int64_t filters_ = 0;
  IntTuple kernel_size_, strides_{1}, dilation_rate_{1};
  std::string padding_ = "valid";
  DataFormat data_format_;
  bool unit_forget_bias_ = true;
  Shape input_shape_;  // of one step
};

// The layer; each rank has its own class.
class ConvLSTM : public CellLayer {
 protected:
  explicit ConvLSTM(int rank);
  ShapeTree step_output_shape(const Shape& sequences) const override;
  ShapeTree::List state_shapes(const Shape& sequences) const override;

 private:
  ConvLSTM(std::shared_ptr<ConvLSTMCell> cell, int rank);

  std::shared_ptr<ConvLSTMCell> conv_cell_;
};

}  // namespace keras
