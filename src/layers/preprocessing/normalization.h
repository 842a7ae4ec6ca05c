// Normalization: shifts and scales inputs to mean 0 and variance 1, by given or learned statistics
// (keras/src/layers/preprocessing/normalization.py).
#pragma once

#include "layers/argument_validation.h"
#include "layers/preprocessing/adaptable.h"
#include "layers/shaped_layer.h"

namespace keras {

class Normalization final : public ElementwiseLayer, public Adaptable {
 public:
  void fields(FieldVisitor& f) override;
  void validate() override;
  bool supports_masking() const override { return true; }
  bool allows_non_tensor_arguments() const override { return true; }
  Tensor call_one(const Tensor& inputs, const CallArgs& args) override;

  // Computes mean and variance from data, and builds the layer if needed.
  void adapt(const Tensor& data) override;
  void reset_state() override;
  void update_state(const Tensor& batch) override;
  void finalize_state() override;

 protected:
  void build_one(const Shape& input_shape) override;

 private:
  // Builds the layer for data of this shape, or checks that it fits.
  void prepare_for(const Shape& shape);
  std::vector<int64_t> reduced_axes(int rank) const;
  // Per kept axis, broadcastable to inputs. Follows the current weights, where Keras keeps a copy
  // that `finalize_state` renews.
  Tensor statistic(const Tensor& given, const std::shared_ptr<Variable>& weight) const;
  Tensor broadcast_given(const json::Value& given) const;

  Given<"number | readonly number[] | null"> axis_{-1};
  std::vector<int64_t> axes_;
  bool invert_ = false;
  Given<"number | readonly number[] | null"> mean_, variance_;
  Shape built_shape_;
  std::vector<int> kept_axes_;
  Shape broadcast_shape_;
  Tensor given_mean_, given_variance_;
  // What the batches of adapt have had so far.
  Tensor total_mean_, total_variance_;
  double total_count_ = 0;
  std::shared_ptr<Variable> adapt_mean_, adapt_variance_, count_;
};

}  // namespace keras
