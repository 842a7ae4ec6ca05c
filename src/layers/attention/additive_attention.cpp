// Bahdanau attention: scores are a weighted sum of tanh(query + key)
// (keras/src/layers/attention/additive_attention.py).
#include "layers/attention/attention.h"
#include "ops/ops.h"

namespace keras {
namespace {

class AdditiveAttention final : public Attention {
 public:
  AdditiveAttention() { use_scale_ = true; }

  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("use_scale", use_scale_, "Whether the scores are a weighted sum.");
    f("dropout", dropout_, "Fraction of the scores to drop in training.");
    f("seed", seed_, "Seed of the dropout masks.");
    f("score_mode", score_mode_, "Has no effect.", Field::kReadOnly);
  }

 protected:
  void build_scores(const Shape& query) override {
    if (use_scale_) scale_ = add_weight("scale", {query.back()}, nullptr);
  }

  Tensor scores(const Tensor& query, const Tensor& key) const override {
    Tensor sum = ops::tanh(ops::add(ops::expand_dims(query, -2), ops::expand_dims(key, -3)));
    if (scale_) sum = ops::multiply(scale_->value(), sum);
    return ops::sum(sum, -1);
  }
};

}  // namespace

KERAS_LAYER(AdditiveAttention)

}  // namespace keras
