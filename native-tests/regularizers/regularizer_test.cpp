#include "regularizers/regularizer.h"

#include "testing/families.h"
#include "testing/keras_answers.h"
#include "testing/rows_of.h"

namespace keras {
namespace {

TEST(Regularizers, GiveThePenaltiesOfKeras) {
  testing::register_families();
  for (const json::Value& row : testing::rows_of("regularizers.json", "regularizers")) {
    const json::Value& record = *row.find("record");
    SCOPED_TRACE(repr(record));
    const RegularizerPtr regularizer = get_regularizer(record);
    EXPECT_EQ(json::write(FieldTraits<RegularizerPtr>::write(regularizer)), json::write(record));
    const float expected = testing::floats_of(*row.find("value"))[0];
    // Sums of a few float32 values, in another order.
    EXPECT_NEAR(regularizer->value(testing::tensor_of(*row.find("weight"))), expected,
                1e-6 * std::abs(expected));
  }
}

TEST(Regularizers, OrthogonalNeedsAMatrix) {
  testing::register_families();
  try {
    get_regularizer("orthogonal_regularizer")->value(Tensor::zeros({2}, DType::kFloat32));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "Inputs to OrthogonalRegularizer must have rank 2. Received: inputs.shape=(2,)");
  }
}

TEST(Regularizers, ReadHalfPrecision) {
  testing::register_families();
  EXPECT_NEAR(get_regularizer("l1")->value(Tensor::full({4}, DType::kFloat16, -2)), 0.08, 1e-6);
}

}  // namespace
}  // namespace keras
