#include "kernels/rnn.h"

#include <gtest/gtest.h>

#include <map>

#include "testing/exact_rows.h"
#include "testing/naive_kernels.h"

namespace keras::kernels {
namespace {

using testing::Floats;

TEST(Rnn, AnswersAsKerasDoes) {
  const std::map<std::string, RnnKind> kinds = {{"simple", RnnKind::kSimple},
                                                {"lstm", RnnKind::kLstm},
                                                {"lstm_other_activations", RnnKind::kLstm},
                                                {"gru", RnnKind::kGru},
                                                {"gru_reset_after", RnnKind::kGruResetAfter}};
  const int rows = testing::for_each_row("kernels/rnn.json", [&](const testing::Row& row) {
    const std::vector<int64_t> shape = row.shape(0);
    Rnn p;
    p.kind = kinds.at(row.name);
    p.batch = shape[0], p.steps = shape[1], p.features = shape[2];
    p.units = row.shape(2)[0];
    p.go_backwards = row.flag("go_backwards");
    p.return_sequences = row.flag("return_sequences");
    p.zero_output_for_mask = row.flag("zero_output_for_mask");
    p.unroll = row.flag("unroll");
    if (row.name == "lstm_other_activations") {
      p.activation = Unary::kRelu;
      p.recurrent_activation = Unary::kHardSigmoid;
    }
    const bool lstm = p.kind == RnnKind::kLstm;
    Floats packed(static_cast<size_t>(rnn_packed_floats(p))),
        scratch(static_cast<size_t>(rnn_scratch_floats(p)));
    pack_rnn(p, row.input(1).data(), row.input(2).data(), row.input(3).data(), packed.data());
    const Floats x = row.input(0), h = row.input(4), c = lstm ? row.input(5) : Floats();
    const std::vector<uint8_t> mask =
        row.flag("mask") ? testing::integers_of<uint8_t>(row.inputs->at(lstm ? 6 : 5))
                         : std::vector<uint8_t>();
    Floats y(row.output(0).size()), last_h(h.size()), last_c(h.size());
    RnnArrays arrays;
    arrays.x = x.data(), arrays.packed = packed.data(), arrays.scratch = scratch.data();
    arrays.mask = mask.empty() ? nullptr : mask.data();
    arrays.initial_h = h.data(), arrays.initial_c = lstm ? c.data() : nullptr;
    arrays.y = y.data(), arrays.last_h = last_h.data(),
    arrays.last_c = lstm ? last_c.data() : nullptr;
    rnn(p, arrays);
    SCOPED_TRACE(row.name + (row.flag("mask") ? " masked" : "") +
                 (p.go_backwards ? " backwards" : "") + (p.return_sequences ? " sequences" : "") +
                 (p.unroll ? " unrolled" : "") + (p.zero_output_for_mask ? " zeros" : ""));
    EXPECT_LT(testing::relative_error(y, row.output(0)), 2e-6);
    EXPECT_LT(testing::relative_error(last_h, row.output(1)), 2e-6);
    if (lstm) {
      EXPECT_LT(testing::relative_error(last_c, row.output(2)), 2e-6);
    }
  });
  EXPECT_EQ(rows, 80);
}

// A long sequence is projected in pieces, which must not show in the result.
TEST(Rnn, ProcessesALongSequenceInPieces) {
  for (bool backwards : {false, true}) {
    Rnn p;
    p.kind = RnnKind::kSimple;
    p.batch = 2, p.steps = 3000, p.features = 3, p.units = 200;
    p.go_backwards = backwards;
    p.return_sequences = true;
    const Floats x = testing::random_floats(p.batch * p.steps * p.features, 1),
                 kernel = testing::random_floats(3 * 200, 2);
    Floats recurrent = testing::random_floats(200 * 200, 3);
    for (float& value : recurrent) value *= 0.05f;
    Floats packed(static_cast<size_t>(rnn_packed_floats(p))),
        scratch(static_cast<size_t>(rnn_scratch_floats(p)));
    ASSERT_LT(scratch.size(), x.size() * 200) << "the whole projection would not test anything";
    pack_rnn(p, kernel.data(), recurrent.data(), nullptr, packed.data());
    Floats y(static_cast<size_t>(p.batch * p.steps * p.units));
    RnnArrays arrays;
    arrays.x = x.data(), arrays.packed = packed.data(), arrays.scratch = scratch.data(),
    arrays.y = y.data();
    rnn(p, arrays);
    // Each output depends on the previous one.
    for (int64_t row = 0; row < p.batch; ++row) {
      for (int64_t step : {1, 7, 2620, 2621, 2622, 2999}) {
        const int64_t time = backwards ? p.steps - 1 - step : step;
        const float* before = y.data() + (row * p.steps + step - 1) * p.units;
        for (int64_t unit = 0; unit < p.units; unit += 37) {
          double sum = 0;
          for (int64_t i = 0; i < 3; ++i) {
            sum += double(x[static_cast<size_t>((row * p.steps + time) * 3 + i)]) *
                   kernel[static_cast<size_t>(i * 200 + unit)];
          }
          for (int64_t i = 0; i < 200; ++i)
            sum += double(before[i]) * recurrent[static_cast<size_t>(i * 200 + unit)];
          ASSERT_NEAR(before[p.units + unit], std::tanh(sum), 1e-5) << "step " << step;
        }
      }
    }
  }
}

}  // namespace
}  // namespace keras::kernels
