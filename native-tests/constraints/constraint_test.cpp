#include "constraints/constraint.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "testing/families.h"
#include "testing/keras_answers.h"
#include "testing/rows_of.h"

namespace keras {
namespace {

TEST(Constraints, ProjectAsKerasDoes) {
  testing::register_families();
  for (const json::Value& row : testing::rows_of("constraints.json", "constraints")) {
    const json::Value& record = *row.find("record");
    SCOPED_TRACE(repr(record));
    const ConstraintPtr constraint = get_constraint(record);
    EXPECT_EQ(json::write(FieldTraits<ConstraintPtr>::write(constraint)), json::write(record));
    const Tensor weight = testing::tensor_of(*row.find("weight"));
    SCOPED_TRACE(repr(weight.shape()));
    const Tensor before = weight.copy();
    // Norms of up to 12 float32 squares, summed in another order.
    testing::expect_floats(constraint->apply(weight), *row.find("projected"),
                           json::Object{{"ulp", 4}});
    EXPECT_TRUE(
        std::equal(before.span<float>().begin(), before.span<float>().end(), weight.data<float>()));
  }
}

TEST(Constraints, NonNegKeepsNaNAndHasNoMinusZero) {
  testing::register_families();
  const std::vector<float> values = {-1, -0.0f, std::numeric_limits<float>::quiet_NaN(), 2};
  const Tensor out = get_constraint("non_neg")->apply(Tensor::from(values, {4}));
  EXPECT_EQ(out.item(0), 0);
  EXPECT_FALSE(std::signbit(out.item(1)));
  EXPECT_TRUE(std::isnan(out.item(2)));
  EXPECT_EQ(out.item(3), 2);
}

TEST(Constraints, KeepTheDtypeAndRefuseAWrongAxis) {
  testing::register_families();
  EXPECT_EQ(get_constraint("unit_norm")->apply(Tensor::full({4}, DType::kFloat16, 3)).dtype(),
            DType::kFloat16);
  const auto constraint = get_constraint(
      json::Object{{"class_name", "MaxNorm"}, {"config", json::Object{{"axis", 2}}}});
  EXPECT_THROW(constraint->apply(Tensor::zeros({2, 2}, DType::kFloat32)), Error);
}

}  // namespace
}  // namespace keras
