// Attention layers against Keras.
#include "testing/golden_model.h"

namespace keras::testing {
namespace {

using ::testing::ValuesIn;

INSTANTIATE_TEST_SUITE_P(Attention, GoldenModel,
                         ValuesIn(golden_cases({"AdditiveAttention", "Attention",
                                                "GroupQueryAttention", "MultiHeadAttention"})),
                         golden_name);

}  // namespace
}  // namespace keras::testing
