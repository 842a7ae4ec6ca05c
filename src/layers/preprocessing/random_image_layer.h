// The base of random image augmentation, active in training
// (keras/src/layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.py). Does not
// accept dicts of images with labels or bounding boxes.
#pragma once

#include <string>

#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"

namespace keras {

class RandomImageLayer : public ElementwiseLayer {
 public:
  void fields(FieldVisitor& f) override;  // the first fields of the config
  void validate() override;
  const CallSignature& call_signature() const override;
  bool allows_non_tensor_arguments() const override { return true; }
  Tensor call_one(const Tensor& images, const CallArgs& args) final;

 protected:
  // Augments a batch of images; `key` is one draw of the layer's generator.
  virtual Tensor disturb(const Tensor& images, const random::Key& key) = 0;

  DataFormat data_format_;
  Seed seed_;

 private:
  std::optional<std::string> bounding_box_format_;
  SeedGeneratorPtr generator_;
};

}  // namespace keras
