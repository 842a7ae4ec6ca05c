// The base of MultiHeadAttention and GroupQueryAttention: arguments, projections, masks and scaled
// dot-product attention.
#pragma once

#include "layers/attention/attention_mask.h"
#include "ops/nn.h"

namespace keras {

class AttentionBase : public Layer {
 public:
  void validate() override;
  bool supports_masking() const override { return true; }
  const CallSignature& call_signature() const override;
  std::vector<std::string> build_arguments() const override;
  Tree compute_output_spec(const CallArgs& args) override;
  ShapeTree compute_output_shape(const BuildShapes& shapes) override;

 protected:
  // Shapes of query, value and key; the key defaults to the value.
  struct Shapes {
    Shape query, value, key;
  };
  // Makes the projections.
  virtual void build_attention(const Shapes& shapes) = 0;
  virtual Shape output_shape(const Shapes& shapes) const = 0;
  // The shape that Keras infers symbolically, which may differ from the computed one.
  virtual Shape promised_scores_shape(const Shapes& shapes) const = 0;
  // The factor of the scores.
  virtual double scale() const = 0;

  // Projected inputs.
  struct Inputs {
    Tensor query, key, value;
    Tensor mask;  // see merged_attention_mask
    bool only_causal = false;
    bool wants_scores = false;
    Tree training;
  };
  // For [batch, length, heads, depth]; a key may have fewer heads than the query.
  virtual ops::AttentionResult attend(const Inputs& inputs) const;
  // Scores by one einsum of key and query, softmax over the axes, dropout, and the weighted values
  // by a second einsum. Works for any rank.
  ops::AttentionResult attend_by_einsum(Inputs inputs, const std::string& dot_product,
                                        const std::string& combine,
                                        const std::vector<int64_t>& softmax_axes) const;

  // The call, with the effective query mask.
  Tree attend_with(const CallArgs& args, const Tensor& query_mask);

  void build_layer(const BuildShapes& shapes) final;
  void weight_fields(FieldVisitor& f, RegularizerPtr& activity_regularizer);
  // A new EinsumDense, attached and built. `bias_axes` is ignored without a bias.
  struct Projection {
    const char* name;
    std::string equation;
    Shape output_shape;
    std::string bias_axes;
    const char* activation = "linear";
  };
  LayerPtr project(const Projection& projection, const Shape& input_shape);
  // Adds layers without weights, which still have names and paths in saved files.
  void add_softmax_and_dropout(const std::vector<int64_t>& softmax_axes);

  Number dropout_;
  bool use_bias_ = true;
  bool use_gate_ = false;
  json::Value sliding_window_;
  json::Value flash_attention_;
  InitializerPtr kernel_initializer_ = get_initializer("glorot_uniform");
  InitializerPtr bias_initializer_ = get_initializer("zeros");
  RegularizerPtr kernel_regularizer_, bias_regularizer_, projection_activity_regularizer_;
  ConstraintPtr kernel_constraint_, bias_constraint_;
  Seed seed_;
  LayerPtr query_dense_, key_dense_, value_dense_, gate_dense_, output_dense_;
  LayerPtr softmax_, dropout_layer_;

 private:
  static Tensor causal_mask_of(const Inputs& inputs);
  Shapes shapes_from(const BuildShapes& shapes) const;
};

}  // namespace keras
