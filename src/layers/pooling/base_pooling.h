// The base of max and average pooling over windows (keras/src/layers/pooling/base_pooling.py).
#pragma once

#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"

namespace keras {

class BasePooling : public ShapedLayer {
 public:
  void fields(FieldVisitor& f) override;
  void validate() override;
  Tensor call_one(const Tensor& inputs, const CallArgs& args) override;

 protected:
  enum class Mode { kMax, kAverage };

  // Without a default, pool_size is a required argument.
  BasePooling(int rank, Mode mode, json::Value pool_size = {});
  Shape output_shape(const Shape& input_shape) const override;

 private:
  Tensor pool(const Tensor& inputs) const;

  int rank_;
  Mode mode_;
  bool pool_size_required_;
  IntTuple pool_size_;
  std::string padding_ = "valid";
  std::optional<IntTuple> strides_;  // by default pool_size
  DataFormat data_format_;
};

}  // namespace keras
