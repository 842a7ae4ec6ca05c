// keras.ops.nn on tensors (keras/src/ops/nn.py): activations, convolution, pooling, normalization,
// attention, and whole recurrent sequences. See numpy.h for how these functions behave.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernels/rnn.h"
#include "kernels/unary.h"
#include "ops/common/operand.h"
#include "serialization/fields.h"

namespace keras::ops {

// The parameterless activations (relu, sigmoid, silu, softplus, ...) are in unary.inc.

// A function of kernels/unary.h on a float tensor; other dtypes become float first.
Tensor activation(const Operand& x, kernels::Unary function, kernels::UnaryParams params = {});
// activations.relu with all its arguments.
Tensor relu_general(const Operand& x, double negative_slope, std::optional<double> max_value,
                    double threshold);
Tensor leaky_relu(const Operand& x, double negative_slope = 0.2);
Tensor elu(const Operand& x, double alpha = 1.0);
Tensor celu(const Operand& x, double alpha = 1.0);
Tensor gelu(const Operand& x, bool approximate = true);
Tensor glu(const Operand& x, int64_t axis = -1);
Tensor hard_shrink(const Operand& x, double threshold = 0.5);
Tensor soft_shrink(const Operand& x, double threshold = 0.5);
Tensor threshold(const Operand& x, double threshold, double default_value);
Tensor squareplus(const Operand& x, double b = 4);
Tensor sparsemax(const Operand& x, int64_t axis = -1);
Tensor softmax(const Operand& x, const Axes& axis = -1);
Tensor log_softmax(const Operand& x, const Axes& axis = -1);
// The Softmax layer with a mask (bool, broadcastable to x; true keeps).
Tensor masked_softmax(const Operand& x, const Tensor& mask, const Axes& axis = -1);
Tensor normalize(const Operand& x, const Axes& axis = -1, double order = 2,
                 std::optional<double> epsilon = {});

Tensor one_hot(const Operand& x, int64_t num_classes, int64_t axis = -1,
               std::optional<DType> dtype = {});
Tensor multi_hot(const Operand& inputs, int64_t num_classes, int64_t axis = -1,
                 std::optional<DType> dtype = {});
// Rows of `table` [rows, width] by integer ids, for Embedding. An id out of range returns NaN.
Tensor embedding_lookup(const Tensor& table, const Operand& ids);

// Sizes have one value, or one per spatial axis. Padding is "valid" or "same"; data_format applies
// to inputs and outputs, not to kernels.
struct ConvOptions {
  Ints strides{1};
  std::string padding = "valid";
  DataFormat data_format{};
  Ints dilation_rate{1};
};
// kernel [spatial..., channels / groups, filters]; the shapes determine the number of groups.
Tensor conv(const Tensor& inputs, const Tensor& kernel, const ConvOptions& options = {});
// kernel [spatial..., channels, multiplier]
Tensor depthwise_conv(const Tensor& inputs, const Tensor& kernel, const ConvOptions& options = {});
Tensor separable_conv(const Tensor& inputs, const Tensor& depthwise_kernel,
                      const Tensor& pointwise_kernel, const ConvOptions& options = {});
// kernel [spatial..., filters, channels]
Tensor conv_transpose(const Tensor& inputs, const Tensor& kernel, const ConvOptions& options = {},
                      const std::optional<Ints>& output_padding = {});

struct PoolOptions {
  Ints pool_size{2};
  std::optional<Ints> strides;  // default: pool_size
  std::string padding = "valid";
  DataFormat data_format{};
};
Tensor max_pool(const Tensor& inputs, const PoolOptions& options);
Tensor average_pool(const Tensor& inputs, const PoolOptions& options);
Tensor adaptive_average_pool(const Tensor& inputs, const Ints& output_size,
                             const DataFormat& data_format = {});
Tensor adaptive_max_pool(const Tensor& inputs, const Ints& output_size,
                         const DataFormat& data_format = {});

// Repeats each element along the spatial axes, for UpSampling.
Tensor upsample(const Tensor& inputs, const std::vector<int64_t>& factors,
                const DataFormat& data_format = {});

struct Moments {
  Tensor mean, variance;
};
Moments moments(const Operand& x, const Axes& axes, bool keepdims = false);
// Inference only. offset and scale are optional; all weights have one value per channel.
Tensor batch_normalization(const Tensor& x, const Tensor& mean, const Tensor& variance,
                           int64_t axis, const Tensor& offset = {}, const Tensor& scale = {},
                           double epsilon = 1e-3);
// gamma and beta are optional; they have the shape of the normalized axes.
Tensor layer_normalization(const Tensor& x, const Tensor& gamma = {}, const Tensor& beta = {},
                           const Axes& axis = -1, double epsilon = 1e-7, bool rms_scaling = false);
Tensor rms_normalization(const Tensor& x, const Tensor& scale = {}, const Axes& axis = -1,
                         double epsilon = 1e-7);
// Over groups of the channels (last axis) and all axes between batch and channels.
Tensor group_normalization(const Tensor& x, int64_t groups, const Tensor& gamma, const Tensor& beta,
                           double epsilon);

struct AttentionOptions {
  std::optional<double> scale;  // default: 1 / sqrt(depth)
  bool is_causal = false;
  // The Softmax layer sets masked weights to 0; ops.dot_product_attention sets masked scores to a
  // large negative value, so that a fully masked row is uniform.
  bool zero_masked = false;
};
// query [batch, length, heads, depth], key and value [batch, key_length, key_heads, depth];
// bias and mask (true keeps) are optional and broadcast to [batch, heads, length, key_length].
Tensor dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                             const Tensor& bias = {}, const Tensor& mask = {},
                             const AttentionOptions& options = {});
struct AttentionResult {
  Tensor output;  // [batch, length, heads, depth]
  Tensor scores;  // [batch, heads, length, key_length], after the softmax
};
// Also returns the attention scores, for return_attention_scores.
AttentionResult attention_with_scores(const Tensor& query, const Tensor& key, const Tensor& value,
                                      const Tensor& bias = {}, const Tensor& mask = {},
                                      const AttentionOptions& options = {});

// A whole recurrent sequence as one step. kernels/rnn.h documents the options.
struct RnnOptions {
  kernels::RnnKind kind = kernels::RnnKind::kLstm;
  kernels::Unary activation = kernels::Unary::kTanh;
  kernels::UnaryParams activation_params = {};
  kernels::Unary recurrent_activation = kernels::Unary::kSigmoid;
  kernels::UnaryParams recurrent_activation_params = {};
  bool go_backwards = false;
  bool return_sequences = false;
  bool zero_output_for_mask = false;
  bool unroll = false;
};
// sequence [batch, steps, features]; bias, mask, initial_h and initial_c are optional.
struct RnnInputs {
  Tensor sequence, kernel, recurrent_kernel, bias, mask, initial_h, initial_c;
};
struct RnnResult {
  Tensor output;          // [batch, steps, units] with return_sequences, else [batch, units]
  Tensor last_h, last_c;  // [batch, units]; last_c of an LSTM only
};
RnnResult rnn(const RnnInputs& inputs, const RnnOptions& options);

}  // namespace keras::ops
