#include "tensor/variable.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace keras {
namespace {

Variable counting(int& draws, DType dtype = DType::kFloat32) {
  return Variable("kernel", "dense/kernel", {2, 3}, dtype, true,
                  [&draws](const Shape& shape, DType type) {
                    ++draws;
                    return Tensor::full(shape, type, 0.5);
                  });
}

TEST(Variable, IsDrawnOnceAndOnlyWhenNeeded) {
  int draws = 0;
  Variable variable = counting(draws);
  EXPECT_TRUE(variable.is_pending());
  EXPECT_EQ(draws, 0);
  EXPECT_EQ(variable.stored_value().item(5), 0.5);
  variable.value();
  EXPECT_EQ(draws, 1);
  EXPECT_FALSE(variable.is_pending());
}

TEST(Variable, AnAssignedOneIsNeverDrawn) {
  int draws = 0;
  Variable variable = counting(draws);
  const uint64_t version = Variable::global_version();
  const Tensor value = Tensor::full({2, 3}, DType::kFloat32, 2);
  variable.assign(value);
  value.data<float>()[0] = 9;  // does not change the variable's copy
  EXPECT_EQ(variable.stored_value().item(0), 2);
  EXPECT_EQ(draws, 0);
  EXPECT_GT(Variable::global_version(), version);
}

TEST(Variable, CastsWhatIsAssigned) {
  int draws = 0;
  Variable variable = counting(draws, DType::kFloat16);
  variable.assign(Tensor::full({2, 3}, DType::kFloat32, 0.1));
  EXPECT_EQ(variable.stored_value().dtype(), DType::kFloat16);
  EXPECT_NEAR(variable.stored_value().item(), 0.1, 1e-4);
}

TEST(Variable, RefusesAnotherShape) {
  int draws = 0;
  Variable variable = counting(draws);
  try {
    variable.assign(Tensor::zeros({3, 2}, DType::kFloat32));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kValueError);
    EXPECT_EQ(std::string(error.what())
                  .find("The shape of the target variable and the shape of "
                        "the target value in `variable.assign(value)` must "
                        "match. variable.shape=(2, 3), Received: "
                        "value.shape=(3, 2)."),
              0u);
  }
  EXPECT_THROW(Variable("x", "x", {kNone}, DType::kFloat32, true, nullptr), Error);
}

TEST(Variable, GivesItsValueInTheDtypeOfTheScope) {
  int draws = 0;
  Variable variable = counting(draws);
  {
    const AutocastScope scope(DType::kFloat16);
    EXPECT_EQ(variable.value().dtype(), DType::kFloat16);
    EXPECT_EQ(variable.stored_value().dtype(), DType::kFloat32);
    const AutocastScope off(std::nullopt);
    EXPECT_EQ(variable.value().dtype(), DType::kFloat32);
  }
  EXPECT_EQ(variable.value().dtype(), DType::kFloat32);
}

TEST(Variable, KnowsWhetherItsFirstValueWasReplaced) {
  int draws = 0;
  Variable variable = counting(draws);
  variable.value();
  EXPECT_TRUE(variable.is_initial());
  variable.assign(Tensor::zeros({2, 3}, DType::kFloat32));
  EXPECT_FALSE(variable.is_initial());
  variable.mark_initial();
  EXPECT_TRUE(variable.is_initial());
}

TEST(Variable, ReturnsABareShapeWhileShapesAreInferred) {
  int draws = 0;
  Variable variable = counting(draws);
  {
    const ShapesOnlyScope shapes_only;
    const AutocastScope scope(DType::kFloat16);
    EXPECT_TRUE(variable.value().is_abstract());
    EXPECT_EQ(variable.value().shape(), (Shape{2, 3}));
    EXPECT_EQ(variable.value().dtype(), DType::kFloat16);
    EXPECT_EQ(variable.uncast_value().dtype(), DType::kFloat32);
    EXPECT_EQ(draws, 0);
    EXPECT_EQ(variable.current_value().item(), 0.5);
    EXPECT_TRUE(variable.value().is_abstract());
  }
  EXPECT_TRUE(variable.value().has_data());
  EXPECT_EQ(draws, 1);
}

}  // namespace
}  // namespace keras
