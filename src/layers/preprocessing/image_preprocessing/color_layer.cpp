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

}  // namespace keras
