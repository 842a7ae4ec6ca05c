#include "runtime/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "runtime/steps.h"

namespace keras::runtime {
namespace {

using testing::add;
using ::testing::ElementsAre;
using testing::values;
using testing::vector;

// A plan of what `compute` does with the slots of these inputs.
template <class Compute>
std::unique_ptr<Plan> record(const std::vector<Tensor>& inputs, const Compute& compute) {
  Recorder recorder;
  std::vector<Tensor> slots;
  for (const Tensor& input : inputs) slots.push_back(recorder.input(input.shape(), input.dtype()));
  const std::vector<Tensor> outputs = compute(slots);
  return std::make_unique<Plan>(recorder, outputs);
}

TEST(Plan, ComputesWhatWasRecorded) {
  const Tensor x = vector({1, 2});
  const auto plan = record({x}, [](const auto& in) {
    return std::vector<Tensor>{add(add(in[0], in[0]), vector({10, 20}))};
  });
  EXPECT_EQ(plan->step_count(), 2u);
  const std::vector<Tensor> inputs{x};
  EXPECT_THAT(values(plan->run(inputs)[0]), ElementsAre(12, 24));
  const std::vector<Tensor> others{vector({0, -5})};
  EXPECT_THAT(values(plan->run(others)[0]), ElementsAre(10, 10));
}

TEST(Plan, DropsStepsThatNobodyReads) {
  const auto plan = record({vector({1, 2})}, [](const auto& in) {
    add(in[0], in[0]);
    return std::vector<Tensor>{add(in[0], vector({1, 1}))};
  });
  EXPECT_EQ(plan->step_count(), 1u);
}

TEST(Plan, FoldsConstants) {
  const auto plan = record({vector({1, 2})}, [](const auto& in) {
    const Tensor constant = add(vector({1, 1}), vector({2, 2}));
    EXPECT_TRUE(constant.has_data());
    return std::vector<Tensor>{add(in[0], constant)};
  });
  EXPECT_EQ(plan->step_count(), 1u);
}

TEST(Plan, GivesInputsAndConstantsAsOutputs) {
  const Tensor x = vector({1, 2});
  const Tensor constant = vector({7, 8});
  const auto plan = record({x}, [&](const auto& in) {
    return std::vector<Tensor>{in[0], constant, emit_alias(in[0], Shape{2, 1})};
  });
  const std::vector<Tensor> inputs{x};
  const auto outputs = plan->run(inputs);
  EXPECT_THAT(values(outputs[0]), ElementsAre(1, 2));
  EXPECT_THAT(values(outputs[1]), ElementsAre(7, 8));
  EXPECT_EQ(outputs[2].shape(), (Shape{2, 1}));
  EXPECT_NE(outputs[0].raw_data(), x.raw_data()) << "a result must not change with the input";
  EXPECT_NE(outputs[1].raw_data(), constant.raw_data());
}

TEST(Plan, GivesAValueTwice) {
  const Tensor x = vector({1, 2});
  const auto plan = record({x}, [](const auto& in) {
    const Tensor sum = add(in[0], in[0]);
    return std::vector<Tensor>{sum, emit_alias(sum, Shape{1, 2}), sum};
  });
  const std::vector<Tensor> inputs{x};
  const auto outputs = plan->run(inputs);
  for (const Tensor& output : outputs) EXPECT_THAT(values(output), ElementsAre(2, 4));
  EXPECT_EQ(outputs[1].shape(), (Shape{1, 2}));
}

TEST(Plan, SharesStorageBetweenShapes) {
  const Tensor x = vector({1, 2, 3, 4});
  const auto plan = record({x}, [](const auto& in) {
    const Tensor sum = add(in[0], in[0]);
    const Tensor square = emit_alias(sum, Shape{2, 2});
    return std::vector<Tensor>{add(square, square)};
  });
  EXPECT_EQ(plan->step_count(), 2u);
  const std::vector<Tensor> inputs{x};
  EXPECT_THAT(values(plan->run(inputs)[0]), ElementsAre(4, 8, 12, 16));
}

TEST(Plan, ReusesMemoryOfValuesThatAreDone) {
  const Tensor x = vector(std::vector<float>(16, 1));
  const auto chain = [](const Tensor& start, bool in_place) {
    Tensor y = start;
    for (int i = 0; i < 10; ++i) y = add(y, y, in_place);
    return std::vector<Tensor>{y};
  };
  const auto moving = record({x}, [&](const auto& in) { return chain(in[0], false); });
  EXPECT_EQ(moving->arena_bytes(), 128u) << "two values of 64 bytes are alive at any time";
  const auto staying = record({x}, [&](const auto& in) { return chain(in[0], true); });
  EXPECT_EQ(staying->arena_bytes(), 0u) << "all of it happens in the output's memory";
  const std::vector<Tensor> inputs{x};
  for (Plan* plan : {moving.get(), staying.get()}) {
    EXPECT_EQ(plan->run(inputs)[0].item(5), 1024);
  }
}

TEST(Plan, DoesNotWorkInPlaceOnAValueThatIsReadLater) {
  const Tensor x = vector({1, 2});
  const auto plan = record({x}, [](const auto& in) {
    const Tensor a = add(in[0], in[0]);
    const Tensor b = add(a, a);
    const Tensor c = add(b, b);
    return std::vector<Tensor>{add(c, a)};
  });
  const std::vector<Tensor> inputs{x};
  EXPECT_THAT(values(plan->run(inputs)[0]), ElementsAre(10, 20));
  EXPECT_THAT(values(x), ElementsAre(1, 2)) << "inputs are never written";
}

TEST(Plan, RunsWithoutAllocating) {
  const Tensor x = vector({1, 2});
  const auto plan = record(
      {x}, [](const auto& in) { return std::vector<Tensor>{add(add(in[0], in[0]), in[0])}; });
  const std::vector<Tensor> inputs{x}, outputs{vector({0, 0})};
  const size_t before = Buffer::live_count();
  plan->run_into(inputs, outputs);
  EXPECT_EQ(Buffer::live_count(), before);
  EXPECT_THAT(values(outputs[0]), ElementsAre(3, 6));
}

TEST(Plan, RefusesOtherShapes) {
  const auto plan = record({vector({1, 2})},
                           [](const auto& in) { return std::vector<Tensor>{add(in[0], in[0])}; });
  const std::vector<Tensor> longer{vector({1, 2, 3})};
  EXPECT_THROW(plan->run(longer), Error);
  EXPECT_THROW(plan->run({}), Error);
}

TEST(Plan, MeasuresItsSteps) {
  const Tensor x = vector({1, 2});
  const auto plan =
      record({x}, [](const auto& in) { return std::vector<Tensor>{add(in[0], in[0])}; });
  EXPECT_TRUE(plan->profile().empty());
  plan->set_profiling(true);
  const std::vector<Tensor> inputs{x};
  plan->run(inputs);
  ASSERT_EQ(plan->profile().size(), 1u);
  EXPECT_EQ(plan->profile()[0].name, "add");
  EXPECT_GT(plan->profile()[0].seconds, 0);
}

TEST(Plan, RunsJsFunctions) {
  const Tensor x = vector({1, 2});
  int calls = 0;
  const auto plan = record({x}, [&](const auto& in) {
    const Spec spec{Shape{2}, DType::kFloat32};
    return emit_js("twice", in, std::span(&spec, 1), [&calls](std::span<const Tensor> given) {
      ++calls;
      EXPECT_EQ(Recorder::current(), nullptr);
      return std::vector<Tensor>{add(given[0], given[0])};
    });
  });
  EXPECT_EQ(calls, 0) << "recording only knows shapes";
  const std::vector<Tensor> inputs{x};
  EXPECT_THAT(values(plan->run(inputs)[0]), ElementsAre(2, 4));
  EXPECT_THAT(values(plan->run(inputs)[0]), ElementsAre(2, 4));
  EXPECT_EQ(calls, 2);
}

TEST(Plan, RefusesJsResultsOfAnotherShape) {
  const Tensor x = vector({1, 2});
  const auto plan = record({x}, [&](const auto& in) {
    const Spec spec{Shape{2}, DType::kFloat32};
    return emit_js("wrong", in, std::span(&spec, 1),
                   [](std::span<const Tensor>) { return std::vector<Tensor>{vector({1, 2, 3})}; });
  });
  const std::vector<Tensor> inputs{x};
  EXPECT_THROW(plan->run(inputs), Error);
}

TEST(Plan, HoldsStrings) {
  const Tensor x = Tensor::strings({"a", "b"}, Shape{2});
  const auto plan = record({x}, [&](const auto& in) {
    const Spec text{Shape{2}, DType::kString};
    const auto twice = [](std::span<const Tensor> given) {
      std::vector<std::string> out;
      for (const std::string& s : given[0].string_data().to_vector()) out.push_back(s + s);
      return std::vector<Tensor>{Tensor::strings(out, Shape{2})};
    };
    const auto once = emit_js("twice", in, std::span(&text, 1), twice);
    return emit_js("twice", once, std::span(&text, 1), twice);
  });
  const std::vector<Tensor> inputs{x};
  EXPECT_THAT(plan->run(inputs)[0].string_data().to_vector(), ElementsAre("aaaa", "bbbb"));
}

TEST(Recorder, SaysWhenAPlanMustNotBeKept) {
  Recorder recorder;
  const Tensor x = recorder.input(Shape{2}, DType::kFloat32);
  recorder.mark_uncacheable();
  const std::vector<Tensor> outputs{add(x, x)};
  EXPECT_FALSE(Plan(recorder, outputs).is_cacheable());
}

TEST(Recorder, LeavesSlotsOutsideUnusable) {
  Tensor slot;
  {
    Recorder recorder;
    slot = recorder.input(Shape{2}, DType::kFloat32);
    const RecordingPause pause;
    EXPECT_EQ(Recorder::current(), nullptr);
  }
  EXPECT_THROW(add(slot, slot), Error);
}

TEST(Emit, InfersWithoutMakingAStep) {
  const Tensor x = Tensor::abstract(Shape{kNone, 3}, DType::kFloat32);
  const Tensor y = emit({x}, {Shape{kNone, 4}, DType::kInt32}, []() -> std::unique_ptr<Step> {
    ADD_FAILURE() << "no step is needed";
    return nullptr;
  });
  EXPECT_TRUE(y.is_abstract());
  EXPECT_EQ(y.shape(), (Shape{kNone, 4}));
  EXPECT_EQ(y.dtype(), DType::kInt32);
}

}  // namespace
}  // namespace keras::runtime
