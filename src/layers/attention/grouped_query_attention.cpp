// GroupQueryAttention: query heads share key and value heads
// (keras/src/layers/attention/grouped_query_attention.py).
#include <cmath>

#include "base/error.h"
#include "layers/attention/attention_base.h"

namespace keras {
namespace {

class GroupQueryAttention final : public AttentionBase {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("head_dim", head_dim_, "Size of each head.", Field::kRequired);
    f("num_query_heads", num_query_heads_, "Number of heads of the query.", Field::kRequired);
    f("num_key_value_heads", num_key_value_heads_, "Number of heads of key and value.",
      Field::kRequired);
    f("use_bias", use_bias_, "Whether the projections have biases.");
    f("use_gate", use_gate_, "Whether a sigmoid of the query scales the outputs of the heads.");
    f("sliding_window", sliding_window_, "Size of the attention window; unlimited when null.");
    f("dropout", dropout_, "Fraction of the scores to drop in training.");
    weight_fields(f, activity_regularizer_);
  }

  void validate() override {
    if (num_key_value_heads_ <= 0 || num_query_heads_ % num_key_value_heads_ != 0) {
      raise_value_error({"`num_query_heads` must be divisible by `num_key_value_heads`."});
    }
    projection_activity_regularizer_ = activity_regularizer_;
    AttentionBase::validate();
  }

  std::vector<std::pair<std::string, LayerPtr>> saved_children() const override {
    if (!query_dense_) return {};
    std::vector<std::pair<std::string, LayerPtr>> children{{"_dropout_layer", dropout_layer_}};
    if (gate_dense_) children.emplace_back("_gate_dense", gate_dense_);
    children.emplace_back("_key_dense", key_dense_);
    children.emplace_back("_output_dense", output_dense_);
    children.emplace_back("_query_dense", query_dense_);
    children.emplace_back("_softmax", softmax_);
    children.emplace_back("_value_dense", value_dense_);
    return children;
  }

  Tree call(const CallArgs& args) override { return attend_with(args, args.tensor("query_mask")); }

 protected:
  double scale() const override { return 1.0 / std::sqrt(static_cast<double>(head_dim_)); }

  Shape output_shape(const Shapes& shapes) const override {
    if (shapes.query.back() != shapes.value.back()) {
      raise_value_error(
          {"The last dimension of `query_shape` and `value_shape` must be equal, but are ",
           std::to_string(shapes.query.back()), ", ", std::to_string(shapes.value.back()),
           ". Received: query_shape=", repr(shapes.query), ", value_shape=", repr(shapes.value)});
    }
    return shapes.query;
  }

  Shape promised_scores_shape(const Shapes& shapes) const override {
    return {shapes.query[0], num_query_heads_, shapes.query[1], shapes.key[1]};
  }

  void build_attention(const Shapes& shapes) override {
    const Shape query_heads{kNone, num_query_heads_, head_dim_};
    const Shape key_heads{kNone, num_key_value_heads_, head_dim_};
    query_dense_ = project({"query", "bqm,muh->bquh", query_heads, "uh"}, shapes.query);
    key_dense_ = project({"key", "bkm,mvh->bkvh", key_heads, "vh"}, shapes.key);
    if (use_gate_) {
      gate_dense_ = project({"gate", "bqm,muh->bquh", query_heads, "uh", "sigmoid"}, shapes.query);
    }
    value_dense_ = project({"value", "bkm,mvh->bkvh", key_heads, "vh"}, shapes.value);
    add_softmax_and_dropout({-1});
    output_dense_ =
        project({"attention_output", "bquh,uhm->bqm", {kNone, shapes.query.back()}, "m"},
                {kNone, kNone, num_query_heads_, head_dim_});
  }

 private:
  int64_t head_dim_ = 0;
  int64_t num_query_heads_ = 0;
  int64_t num_key_value_heads_ = 0;
};

}  // namespace

KERAS_LAYER(GroupQueryAttention, "GroupedQueryAttention", .private_name = "GroupedQueryAttention")

}  // namespace keras
