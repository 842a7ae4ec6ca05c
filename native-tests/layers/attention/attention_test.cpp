// Attention layers: masks, paths in files, and errors.
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "layers/layer.h"
#include "serialization/registry.h"
#include "testing/error_of.h"

namespace keras {
namespace {

using testing::error_of;

LayerPtr make(std::string_view class_name, const json::Object& options) {
  return std::static_pointer_cast<Layer>(
      construct(*find_class_in_family(Family::kLayer, class_name), options));
}

Tensor sample(const Shape& shape) {
  Tensor tensor = Tensor::allocate(shape, DType::kFloat32);
  for (int64_t i = 0; i < tensor.size(); ++i) {
    tensor.data<float>()[i] = static_cast<float>(std::sin(static_cast<double>(i) * 1.7));
  }
  return tensor;
}

std::vector<std::string> child_names(const LayerPtr& layer) {
  std::vector<std::string> names;
  for (const auto& [name, child] : layer->saved_children()) names.push_back(name);
  return names;
}

TEST(MultiHeadAttention, ConsumesTheMasksOfItsInputs) {
  const auto layer = make("MultiHeadAttention", {{"num_heads", 2}, {"key_dim", 3}});
  const Tensor x = sample({1, 4, 5});
  const Tensor mask = Tensor::full({1, 4}, DType::kBool, 1);
  x.set_mask(mask);
  const Tensor y = layer->apply({x, x}).as_tensor();
  EXPECT_TRUE(y.mask() == mask);
  EXPECT_FALSE(x.mask());
}

TEST(MultiHeadAttention, SavesItsPartsAtKerassPaths) {
  const auto layer =
      make("MultiHeadAttention", {{"num_heads", 2}, {"key_dim", 3}, {"use_gate", true}});
  EXPECT_TRUE(layer->saved_children().empty());
  layer->apply({sample({1, 4, 5}), sample({1, 4, 5})});
  EXPECT_EQ(child_names(layer),
            (std::vector<std::string>{"key_dense", "output_dense", "query_dense", "value_dense",
                                      "_dropout_layer", "_gate_dense", "_softmax"}));
  EXPECT_EQ(layer->get_config().at("attention_axes"), json::Value(json::Array{1}));
}

TEST(GroupQueryAttention, SavesItsPartsAtKerassPaths) {
  const auto layer = make(
      "GroupedQueryAttention",
      {{"head_dim", 4}, {"num_query_heads", 4}, {"num_key_value_heads", 2}, {"use_gate", true}});
  EXPECT_EQ(layer->name(), "grouped_query_attention");
  layer->apply({sample({1, 4, 5}), sample({1, 4, 5})});
  EXPECT_EQ(child_names(layer), (std::vector<std::string>{
                                    "_dropout_layer", "_gate_dense", "_key_dense", "_output_dense",
                                    "_query_dense", "_softmax", "_value_dense"}));
}

TEST(MultiHeadAttention, DrawsAnotherKernelForEachProjection) {
  const auto layer = make("MultiHeadAttention", {{"num_heads", 2}, {"key_dim", 3}});
  layer->build(BuildShapes{{{"query_shape", Shape{1, 4, 5}}, {"value_shape", Shape{1, 4, 5}}}});
  const auto weights = layer->weights();
  ASSERT_EQ(weights.size(), 8u);
  EXPECT_NE(weights[0]->stored_value().item(), weights[2]->stored_value().item());
}

TEST(MultiHeadAttention, RefusesWhatKerasRefuses) {
  EXPECT_EQ(error_of([] {
              make("MultiHeadAttention", {{"num_heads", 2}, {"key_dim", 3}, {"value_dim", -1}});
            }),
            "Received an invalid value for argument `value_dim`, expected a positive integer or "
            "`None`. Received: value_dim=-1");
  EXPECT_EQ(error_of([] {
              make("MultiHeadAttention", {{"num_heads", 2}, {"key_dim", 3}, {"sliding_window", 0}});
            }),
            "`sliding_window` must be `None` or a positive integer. Received: sliding_window=0");
  const auto layer = make("MultiHeadAttention", {{"num_heads", 2}, {"key_dim", 3}});
  EXPECT_EQ(
      error_of([&] { layer->apply({sample({1, 4, 5}), sample({1, 4, 5}), sample({1, 3, 5})}); }),
      "All dimensions of `value` and `key`, except the last one, must be equal. Received: "
      "value_shape=(1, 4, 5) and key_shape=(1, 3, 5)");
}

TEST(GroupQueryAttention, RefusesWhatKerasRefuses) {
  EXPECT_EQ(error_of([] {
              make("GroupQueryAttention",
                   {{"head_dim", 4}, {"num_query_heads", 3}, {"num_key_value_heads", 2}});
            }),
            "`num_query_heads` must be divisible by `num_key_value_heads`.");
}

TEST(Attention, RefusesWhatKerasRefuses) {
  EXPECT_EQ(error_of([] { make("Attention", {{"score_mode", "sum"}}); }),
            "Invalid value for argument score_mode. Expected one of {'dot', 'concat'}. Received: "
            "score_mode=sum");
  const auto layer = make("Attention", {});
  const Tensor x = sample({1, 4, 5});
  EXPECT_TRUE(error_of([&] { layer->apply({x}); })
                  .starts_with("Attention layer must be called on a list of inputs, namely [query, "
                               "value] or [query, value, key]. Received: inputs="));
  EXPECT_EQ(error_of([&] { layer->apply({Tree::list({x})}); }),
            "Attention layer accepts inputs list of length 2 or 3, namely [query, value] or "
            "[query, value, key]. Received length: 1.");
}

}  // namespace
}  // namespace keras
