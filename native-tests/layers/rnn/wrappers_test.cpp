// Bidirectional and TimeDistributed: the layers they create, and errors.
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "layers/layer.h"
#include "ops/ops.h"
#include "serialization/custom_objects.h"
#include "serialization/registry.h"
#include "serialization/serialize.h"
#include "testing/error_of.h"

namespace keras {
namespace {

using testing::error_of;

LayerPtr make(std::string_view class_name, const json::Object& options) {
  return std::static_pointer_cast<Layer>(
      construct(*find_class_in_family(Family::kLayer, class_name), options));
}

json::Value record(std::string_view class_name, const json::Object& options) {
  return serialize_keras_object(*make(class_name, options));
}

Tensor sample(const Shape& shape) {
  Tensor tensor = Tensor::allocate(shape, DType::kFloat32);
  for (int64_t i = 0; i < tensor.size(); ++i) {
    tensor.data<float>()[i] = static_cast<float>(std::sin(static_cast<double>(i) * 1.7));
  }
  return tensor;
}

std::string child_name(const LayerPtr& layer, std::string_view attribute) {
  for (const auto& [name, child] : layer->saved_children()) {
    if (name == attribute) return child->name();
  }
  return "";
}

TEST(Bidirectional, NamesItsLayersAfterTheGivenOne) {
  const auto layer =
      make("Bidirectional", {{"layer", record("GRU", {{"units", 2}, {"name", "g"}})}});
  EXPECT_EQ(child_name(layer, "forward_layer"), "forward_g");
  EXPECT_EQ(child_name(layer, "backward_layer"), "backward_g");
  const auto again =
      make("Bidirectional", {{"layer", record("GRU", {{"units", 2}, {"name", "forward_g"}})}});
  EXPECT_EQ(child_name(again, "forward_layer"), "forward_g");
  EXPECT_EQ(child_name(again, "backward_layer"), "backward_forward_g");
}

TEST(Bidirectional, ZeroesMaskedStepsOfSequences) {
  const auto layer =
      make("Bidirectional",
           {{"layer", record("GRU", {{"units", 2}, {"return_sequences", true}, {"name", "g"}})}});
  const json::Object config = layer->get_config();
  for (const char* key : {"layer", "backward_layer"}) {
    EXPECT_TRUE(config.at(key).find("config")->find("zero_output_for_mask")->as_bool()) << key;
  }
}

TEST(Bidirectional, RefusesLayersThatDoNotMatch) {
  const json::Value gru = record("GRU", {{"units", 2}});
  EXPECT_EQ(error_of([&] { make("Bidirectional", {{"layer", gru}, {"merge_mode", "max"}}); }),
            "Invalid merge mode. Received: max. Merge mode should be one of {\"sum\", \"mul\", "
            "\"ave\", \"concat\", None}");
  EXPECT_EQ(error_of([&] { make("Bidirectional", {{"layer", gru}, {"backward_layer", gru}}); }),
            "Forward layer and backward layer should have different `go_backwards` value. "
            "Received: forward_layer.go_backwards False, backward_layer.go_backwards=False");
  const json::Value backwards =
      record("GRU", {{"units", 2}, {"go_backwards", true}, {"return_sequences", true}});
  EXPECT_EQ(
      error_of([&] { make("Bidirectional", {{"layer", gru}, {"backward_layer", backwards}}); }),
      "Forward layer and backward layer are expected to have the same value for attribute "
      "\"return_sequences\", got \"False\" for forward layer and \"True\" for backward layer");
  const json::Value dense = record("Dense", {{"units", 2}});
  EXPECT_EQ(error_of([&] { make("Bidirectional", {{"layer", dense}, {"backward_layer", dense}}); }),
            "'Dense' object has no attribute 'go_backwards'");
}

TEST(TimeDistributed, AppliesTheLayerToEachStep) {
  const auto wrapper =
      make("TimeDistributed", {{"layer", record("Conv2D", {{"filters", 2}, {"kernel_size", 3}})}});
  const Tensor x = sample({2, 3, 5, 6, 1});
  const Tensor y = wrapper->apply_one(x);
  ASSERT_EQ(y.shape(), (Shape{2, 3, 3, 4, 2}));
  const LayerPtr inner = wrapper->saved_children().front().second;
  for (int64_t step = 0; step < 3; ++step) {
    const Tensor expected = inner->apply_one(ops::unstack(x, {}, 1)[static_cast<size_t>(step)]);
    const Tensor actual = ops::unstack(y, {}, 1)[static_cast<size_t>(step)];
    for (int64_t i = 0; i < expected.size(); ++i) {
      ASSERT_NEAR(actual.item(i), expected.item(i), 1e-6) << "step " << step << ", element " << i;
    }
  }
}

// Subtracts the mean of the batch.
class Center final : public Function {
 public:
  Center() : Function("tests>center") {}
  Tree call(const Tree::Sequence& args, const Tree::Dict&) override {
    return ops::subtract(args[0], ops::mean(args[0], 0, true));
  }
};

class CenterObject final : public CustomObject {
 public:
  std::shared_ptr<Function> function() override { return std::make_shared<Center>(); }
  std::shared_ptr<Object> from_config(const json::Object&) override { return nullptr; }
};

TEST(TimeDistributed, KeepsStepsApartForFunctionsThatSeeTheBatch) {
  const CustomObjectScope scope({{"tests>center", std::make_shared<CenterObject>()}});
  const json::Value activation =
      record("Activation", {{"activation", function_record("tests>center")}, {"name", "a"}});
  const auto wrapper = make("TimeDistributed", {{"layer", activation}});
  const Tensor y = wrapper->apply_one(sample({2, 3, 4}));
  for (const Tensor& step : ops::unstack(y, {}, 1)) {
    const Tensor mean = ops::mean(step, 0);
    for (int64_t i = 0; i < mean.size(); ++i) EXPECT_NEAR(mean.item(i), 0, 1e-6);
  }
}

TEST(TimeDistributed, RefusesAMaskOfAnotherLength) {
  const auto wrapper = make("TimeDistributed", {{"layer", record("Dense", {{"units", 2}})}});
  const auto call = [&](const Shape& mask) {
    return error_of([&] {
      wrapper->apply({sample({2, 3, 4})},
                     Tree::Dict{{{"mask", Tensor::zeros(mask, DType::kBool)}}});
    });
  };
  EXPECT_EQ(call({2, 5}),
            "The `mask` passed to the `TimeDistributed` layer has a shape (2, 5) that is "
            "incompatible with the input shape (2, 3, 4). The first two dimensions of the mask "
            "(batch size and timesteps) must match the input's first two dimensions. Expected mask "
            "shape prefix: (2, 3).");
  EXPECT_EQ(call({2}),
            "The `mask` passed to the `TimeDistributed` layer must be at least 2D (e.g., "
            "`(batch_size, timesteps)`), but it has 1 dimension(s) with shape (2,).");
}

}  // namespace
}  // namespace keras
