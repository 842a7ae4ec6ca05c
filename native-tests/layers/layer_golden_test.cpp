// Layers of one tensor and merging layers against Keras.
#include "testing/golden_model.h"

namespace keras::testing {
namespace {

using ::testing::ValuesIn;

std::vector<GoldenCase> each_dimension(const std::vector<std::string>& prefixes) {
  std::vector<std::string> groups;
  for (const std::string& prefix : prefixes) {
    for (const char* dimension : {"1D", "2D", "3D"}) groups.push_back(prefix + dimension);
  }
  return golden_cases(groups);
}

INSTANTIATE_TEST_SUITE_P(Core, GoldenModel,
                         ValuesIn(golden_cases({"Dense", "EinsumDense", "Embedding", "Identity",
                                                "ReversibleEmbedding"})),
                         golden_name);
INSTANTIATE_TEST_SUITE_P(Activations, GoldenModel,
                         ValuesIn(golden_cases({"Activation", "ELU", "LeakyReLU", "PReLU", "ReLU",
                                                "Softmax"})),
                         golden_name);
INSTANTIATE_TEST_SUITE_P(Convolutional, GoldenModel, ValuesIn(each_dimension({"Conv"})),
                         golden_name);
INSTANTIATE_TEST_SUITE_P(ConvolutionalOther, GoldenModel,
                         ValuesIn(golden_cases({"Conv1DTranspose", "Conv2DTranspose",
                                                "Conv3DTranspose", "DepthwiseConv1D",
                                                "DepthwiseConv2D", "SeparableConv1D",
                                                "SeparableConv2D"})),
                         golden_name);
INSTANTIATE_TEST_SUITE_P(Pooling, GoldenModel,
                         ValuesIn(each_dimension({"MaxPooling", "AveragePooling",
                                                  "GlobalMaxPooling", "GlobalAveragePooling",
                                                  "AdaptiveMaxPooling", "AdaptiveAveragePooling"})),
                         golden_name);
INSTANTIATE_TEST_SUITE_P(
    Normalization, GoldenModel,
    ValuesIn(golden_cases({"BatchNormalization", "GroupNormalization", "LayerNormalization",
                           "RMSNormalization", "UnitNormalization", "Normalization", "Rescaling"})),
    golden_name);
INSTANTIATE_TEST_SUITE_P(Regularization, GoldenModel,
                         ValuesIn(golden_cases({"ActivityRegularization", "AlphaDropout", "Dropout",
                                                "GaussianDropout", "GaussianNoise",
                                                "SpatialDropout1D", "SpatialDropout2D",
                                                "SpatialDropout3D"})),
                         golden_name);
INSTANTIATE_TEST_SUITE_P(Images, GoldenModel,
                         ValuesIn(golden_cases({"RandomFlip", "RandomRotation"})), golden_name);
INSTANTIATE_TEST_SUITE_P(Reshaping, GoldenModel,
                         ValuesIn(golden_cases({"Flatten", "Permute", "RepeatVector", "Reshape"})),
                         golden_name);
INSTANTIATE_TEST_SUITE_P(Resizing, GoldenModel,
                         ValuesIn(each_dimension({"Cropping", "UpSampling", "ZeroPadding"})),
                         golden_name);
INSTANTIATE_TEST_SUITE_P(Merging, GoldenModel,
                         ValuesIn(golden_cases({"Add", "Average", "Concatenate", "Dot", "Maximum",
                                                "Minimum", "Multiply", "Subtract"})),
                         golden_name);

}  // namespace
}  // namespace keras::testing
