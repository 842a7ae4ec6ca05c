#include "kernels/qr.h"

#include <gtest/gtest.h>

#include "testing/exact_rows.h"
#include "testing/naive_kernels.h"

namespace keras::kernels {
namespace {

using testing::Floats;

TEST(Qr, HasTheSignsOfLapack) {
  const int rows = testing::for_each_row("kernels/qr.json", [](const testing::Row& row) {
    const std::vector<int64_t> shape = row.shape();
    Floats q(row.output(0).size()), r(row.output(1).size());
    std::vector<double> scratch(static_cast<size_t>(qr_scratch_doubles(shape[0], shape[1])));
    qr(row.input(0).data(), shape[0], shape[1], q.data(), r.data(), scratch.data());
    EXPECT_LT(testing::relative_error(q, row.output(0)), 4e-6) << shape[0] << "x" << shape[1];
    EXPECT_LT(testing::relative_error(r, row.output(1)), 4e-6) << shape[0] << "x" << shape[1];
  });
  EXPECT_EQ(rows, 4);
}

}  // namespace
}  // namespace keras::kernels
