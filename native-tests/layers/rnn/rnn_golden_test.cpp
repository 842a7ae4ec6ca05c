// Recurrent layers, cells and wrappers against Keras.
#include "testing/golden_model.h"

namespace keras::testing {
namespace {

using ::testing::ValuesIn;

INSTANTIATE_TEST_SUITE_P(Recurrent, GoldenModel,
                         ValuesIn(golden_cases({"GRU", "LSTM", "RNN", "SimpleRNN"})), golden_name);
INSTANTIATE_TEST_SUITE_P(Cells, GoldenModel,
                         ValuesIn(golden_cases({"GRUCell", "LSTMCell", "SimpleRNNCell",
                                                "StackedRNNCells"})),
                         golden_name);
INSTANTIATE_TEST_SUITE_P(ConvLSTM, GoldenModel,
                         ValuesIn(golden_cases({"ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"})),
                         golden_name);
INSTANTIATE_TEST_SUITE_P(Wrappers, GoldenModel,
                         ValuesIn(golden_cases({"Bidirectional", "TimeDistributed"})), golden_name);
// Masks, states and other keywords in graphs.
INSTANTIATE_TEST_SUITE_P(Masks, GoldenModel,
                         ValuesIn(golden_cases({"kwargs", "masks"}, "golden_extra")), golden_name);

}  // namespace
}  // namespace keras::testing
