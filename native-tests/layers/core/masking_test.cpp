// Masking and Wrapper: their arguments and errors.
#include <gtest/gtest.h>

#include "base/error.h"
#include "layers/layer.h"
#include "serialization/registry.h"

namespace keras::testing {
namespace {

LayerPtr make(std::string_view class_name, const json::Object& options) {
  return std::static_pointer_cast<Layer>(
      construct(*find_class_in_family(Family::kLayer, class_name), options));
}

TEST(Masking, TakesATensorAsItsValue) {
  const json::Value value = json::Object{
      {"class_name", "__tensor__"},
      {"config", json::Object{{"value", json::Array{1.0, 2.0}}, {"dtype", "float32"}}}};
  const auto layer = make("Masking", {{"mask_value", value}});
  EXPECT_EQ(layer->get_config().at("mask_value"), value);
  const std::vector<float> steps = {1, 2, 1, 3};
  const Tensor y = layer->apply_one(Tensor::from(std::span(steps), {1, 2, 2}));
  EXPECT_EQ(y.mask().item(0), 0);
  EXPECT_EQ(y.mask().item(1), 1);
  EXPECT_EQ(y.item(1), 0);
  EXPECT_EQ(y.item(3), 3);
}

TEST(Wrapper, NeedsALayer) {
  try {
    make("Wrapper", {{"layer", nullptr}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "Layer None supplied to Wrapper isn't a supported layer type. Please ensure "
                 "wrapped layer is a valid Keras layer.");
  }
}

}  // namespace
}  // namespace keras::testing
