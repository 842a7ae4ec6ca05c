#include "layers/preprocessing/random_image_layer.h"

#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {

void RandomImageLayer::fields(FieldVisitor& f) {
  Layer::fields(f);
  f("data_format", data_format_, "Position of the channels axis.");
  f("bounding_box_format", bounding_box_format_, "Kept in the config; boxes are not changed.",
    Field::kOmitNull);
}

void RandomImageLayer::validate() {
  generator_ = SeedGenerator::make(seed_);
  track(generator_);
}

const CallSignature& RandomImageLayer::call_signature() const {
  static const CallSignature signature("data, training=True");
  return signature;
}

Tensor RandomImageLayer::call_one(const Tensor& images, const CallArgs& args) {
  const Tensor x = ops::cast(images, compute_dtype());
  if (!args.training() || x.is_abstract()) return x;
  if (x.rank() != 3) return disturb(x, generator_->next());
  return ops::squeeze(disturb(ops::expand_dims(x, 0), generator_->next()), 0);
}

}  // namespace keras
