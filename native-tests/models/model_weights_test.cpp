// Weights of whole models.
#include "models/model_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "base/error.h"
#include "serialization/serialize.h"
#include "testing/error_of.h"
#include "testing/small_models.h"

namespace keras {
namespace {

using testing::call;
using testing::dense_chain;
using testing::error_of;
using testing::make_layer;
using testing::predicted;
using testing::vector_input;

LayerPtr dense_of(const char* dtype, const std::vector<float>& bias) {
  const auto made = make_layer("Dense", {{"units", 3}, {"dtype", dtype}, {"name", "d"}});
  made->build(ShapeTree(Shape{kNone, 2}));
  made->weights()[1]->assign(Tensor::from(bias, {3}));
  return made;
}

std::vector<float> bias_of(const LayerPtr& layer) {
  std::vector<float> out;
  const Tensor value = layer->weights()[1]->stored_value();
  for (int64_t i = 0; i < value.size(); ++i) out.push_back(static_cast<float>(value.item(i)));
  return out;
}

bool same_bits(const Tensor& a, const Tensor& b) {
  return a.bytes() == b.bytes() && std::memcmp(a.raw_data(), b.raw_data(), a.bytes()) == 0;
}

TEST(LerpWeights, Interpolate) {
  const auto target = dense_of("float32", {0.f, 1.f, -2.f});
  lerp_weights(*target, *dense_of("float32", {4.f, 1.f, 2.f}), 0.25);
  EXPECT_EQ(bias_of(target), (std::vector<float>{1.f, 1.f, -1.f}));
}

TEST(LerpWeights, LeaveAndCopyBitsAtTheEnds) {
  const float large = std::numeric_limits<float>::max();
  const auto source = dense_of("float32", {1e-30f, -0.f, large});
  const auto target = dense_of("float32", {1e30f, 0.1f, -large});
  const std::vector<Tensor> before = target->get_weights();
  lerp_weights(*target, *source, 0);
  for (size_t i = 0; i < 2; ++i) EXPECT_TRUE(same_bits(target->get_weights()[i], before[i]));
  lerp_weights(*target, *source, 1);
  for (size_t i = 0; i < 2; ++i)
    EXPECT_TRUE(same_bits(target->get_weights()[i], source->get_weights()[i]));
}

TEST(LerpWeights, KeepEqualWeightsUnchanged) {
  const auto target = dense_of("float32", {0.1f, 1e-20f, 3e30f});
  for (const double t : {0.001, 0.3, 0.5, 0.999}) {
    lerp_weights(*target, *dense_of("float32", {0.1f, 1e-20f, 3e30f}), t);
    EXPECT_EQ(bias_of(target), (std::vector<float>{0.1f, 1e-20f, 3e30f})) << t;
  }
}

TEST(LerpWeights, RoundHalvesOnce) {
  for (const char* dtype : {"float16", "bfloat16"}) {
    const auto target = dense_of(dtype, {1.f, 0.f, 0.f});
    lerp_weights(*target, *dense_of(dtype, {2.f, 1.f, -8.f}), 0.125);
    EXPECT_EQ(bias_of(target), (std::vector<float>{1.125f, 0.125f, -1.f})) << dtype;
  }
}

TEST(LerpWeights, CastToTheDtypeOfTheTarget) {
  const auto target = dense_of("bfloat16", {1.f, 1.f, 1.f});
  lerp_weights(*target, *dense_of("float32", {1.001f, 3.f, 1.f}), 1);
  EXPECT_EQ(target->weights()[1]->dtype(), DType::kBFloat16);
  EXPECT_EQ(bias_of(target), (std::vector<float>{1.f, 3.f, 1.f}));
}

TEST(LerpWeights, CopyIntegersUnlessTIsZero) {
  const auto table = [](std::vector<int32_t> counts) {
    const auto made = make_layer("Normalization", {{"axis", -1}});
    made->build(ShapeTree(Shape{kNone, 2}));
    made->weights().back()->assign(Tensor::from(counts, {}));
    return made;
  };
  const auto target = table({3});
  ASSERT_EQ(target->weights().back()->dtype(), DType::kInt32);
  lerp_weights(*target, *table({9}), 0);
  EXPECT_EQ(target->weights().back()->stored_value().item(), 3);
  lerp_weights(*target, *table({9}), 0.01);
  EXPECT_EQ(target->weights().back()->stored_value().item(), 9);
}

TEST(LerpWeights, NameTheWeightWhoseShapeDiffersAndChangeNothing) {
  const auto target = dense_chain("m", {{"a", 3}, {"b", 2}});
  const auto source = dense_chain("n", {{"a", 3}, {"b", 5}});
  const std::vector<Tensor> before = target->get_weights();
  EXPECT_EQ(error_of([&] { lerp_weights(*target, *source, 0.5); }),
            "Weight 'b/kernel' of 'm' has shape (3, 2), but weight 'b/kernel' of 'n', at the "
            "same index, has shape (3, 5).");
  for (size_t i = 0; i < before.size(); ++i)
    EXPECT_TRUE(same_bits(target->get_weights()[i], before[i]));
}

TEST(LerpWeights, NeedTheSameNumberOfWeights) {
  EXPECT_EQ(error_of([] {
              lerp_weights(*dense_chain("m", {{"a", 3}}), *dense_chain("n", {{"a", 3}, {"b", 5}}),
                           0.5);
            }),
            "Cannot interpolate between models with different numbers of weights: 'm' has 2, 'n' "
            "has 4.");
}

TEST(LerpWeights, NeedANumber) {
  const auto model = dense_chain("m", {{"a", 3}});
  EXPECT_EQ(error_of([&] { lerp_weights(*model, *model, std::nan("")); }),
            "`t` must be a finite number. Received: t=nan");
}

TEST(WeightOwners, AreTheLayersThatMadeTheWeights) {
  const Tensor x = make_input({.batch_shape = Shape{kNone, 3, 2}, .name = "x"});
  const auto lstm = make_layer("LSTM", {{"units", 2}, {"name", "lstm"}});
  const auto both =
      make_layer("Bidirectional", {{"layer", serialize_keras_object(*lstm)}, {"name", "both"}});
  const auto model = make_functional(x, call(testing::dense(1, "d"), call(both, x)), "m");
  const auto owners = weight_owners(model);
  ASSERT_EQ(owners.size(), model->weights().size());
  for (size_t i = 0; i < owners.size(); ++i) {
    const auto own = owners[i]->own_weights();
    EXPECT_THAT(own, ::testing::Contains(model->weights()[i]));
  }
  EXPECT_EQ(owners[0]->class_info().class_name, "LSTMCell");
  EXPECT_EQ(owners.back()->name(), "d");
}

}  // namespace
}  // namespace keras
