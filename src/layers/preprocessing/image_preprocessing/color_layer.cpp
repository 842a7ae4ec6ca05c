#include "layers/preprocessing/image_preprocessing/color_layer.h"

#include "base/error.h"
#include "ops/random.h"

namespace keras {

int64_t ColorLayer::checked_batch_size(const Tensor& images, std::string_view received) {
  if (images.rank() == 3 || images.rank() == 4) return batch_size_of(images);
  raise_value_error({"Expected the input image to be rank 3 or 4. ", received,
                     "inputs.shape=", repr(images.shape())});
}

Tensor ColorLayer::draw_per_image(int64_t batch_size, double lower, double upper, DType dtype,
                                  const SeedGeneratorPtr& seed) {
  return ops::random_uniform({batch_size, 1, 1, 1}, lower, upper, dtype, seed->next());
}

void FactorColorLayer::fields(FieldVisitor& f) {
  ColorLayer::fields(f);
  f("factor", factor_, factor_doc_, Field::kRequired);
  f("value_range", value_range_, "Lowest and highest value of the images.");
  f("seed", seed_, "Seed of the random numbers.");
}

Tensor FactorColorLayer::draw_factor(int64_t batch_size, const SeedGeneratorPtr& seed) const {
  return draw_per_image(batch_size, factor_.lower(), factor_.upper(), DType::kFloat32, seed);
}

Tree FactorColorLayer::draw_transformation(const Tensor& images, bool,
                                           const SeedGeneratorPtr& seed) {
  return Tree::Dict{{{"factor", draw_factor(checked_batch_size(images, "Received: "), seed)}}};
}

}  // namespace keras
