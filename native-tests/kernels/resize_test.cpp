#include "kernels/resize.h"

#include <gtest/gtest.h>

#include <map>

#include "testing/exact_rows.h"
#include "testing/naive_kernels.h"

namespace keras::kernels {
namespace {

using testing::Floats;

TEST(Resize, AnswersAsKerasDoes) {
  const std::map<std::string, Interpolation> kinds = {{"nearest", Interpolation::kNearest},
                                                      {"bilinear", Interpolation::kBilinear},
                                                      {"bicubic", Interpolation::kBicubic},
                                                      {"lanczos3", Interpolation::kLanczos3},
                                                      {"lanczos5", Interpolation::kLanczos5}};
  const int rows = testing::for_each_row("kernels/resize.json", [&](const testing::Row& row) {
    const Floats x = row.input(0), expected = row.output();
    const std::vector<int64_t> in = row.shape(), out = testing::shape_of(row.outputs->at(0));
    Floats y(expected.size());
    if (row.name == "upsample") {
      const std::vector<int64_t> factors = row.list("size");
      upsample_nearest(x.data(), y.data(), in[0], in[1], in[2], in[3], factors[0], factors[1]);
      EXPECT_EQ(y, expected);
      return;
    }
    const std::string kind = row.arguments->at("interpolation").as_string();
    const Resize p{in[0],  in[1], in[2],          out[1],
                   out[2], in[3], kinds.at(kind), row.flag("antialias")};
    Floats scratch(static_cast<size_t>(resize_scratch_floats(p)));
    resize(p, x.data(), y.data(), scratch.data());
    EXPECT_LT(testing::relative_error(y, expected), 1e-6)
        << kind << " to " << out[1] << "x" << out[2] << (p.antialias ? " antialiased" : "");
  });
  EXPECT_EQ(rows, 46);
}

}  // namespace
}  // namespace keras::kernels
