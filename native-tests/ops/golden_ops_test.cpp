// Every operation of keras.ops against Keras.
#include "ops/golden_ops.h"

#include <gtest/gtest.h>

#include <cmath>

#include "json/write.h"
#include "ops/common/dtypes.h"
#include "runtime/emit.h"
#include "runtime/plan.h"

namespace keras {
namespace {

using testing::golden_ops;
using testing::GoldenGraph;

struct Call {
  std::vector<Tensor> inputs, outputs;
};

Call call_of(const json::Object& golden) {
  Call call;
  const json::Value& first = golden.at("calls").as_array().at(0);
  for (const json::Value& input : first.find("inputs")->as_array()) {
    call.inputs.push_back(golden_ops().array(golden, input.find("array")->as_string()));
  }
  for (const json::Value& output : first.find("outputs")->as_array()) {
    call.outputs.push_back(golden_ops().array(golden, output.find("array")->as_string()));
  }
  return call;
}

// Complex numbers as pairs of floats.
Tensor as_real(const Tensor& t) {
  if (t.dtype() != DType::kComplex64) return t;
  const std::span<const std::byte> bytes(t.raw_data(), t.bytes());
  return Tensor::from_bytes(bytes, t.shape().concat({2}), DType::kFloat32);
}

// ndim and size give Python ints, which the fixtures store as int64; JAX has no int64.
std::string_view jax_dtype(const Tensor& tensor) {
  return dtype_name(ops::canonical(tensor.dtype()));
}

void expect_close(const json::Object& golden, const std::vector<Tensor>& got,
                  const std::vector<Tensor>& want, const char* mode) {
  ASSERT_EQ(got.size(), want.size()) << mode;
  const double rtol = golden.at("tol").find("rtol")->as_double();
  const double atol = golden.at("tol").find("atol")->as_double();
  for (size_t o = 0; o < want.size(); ++o) {
    ASSERT_EQ(got[o].shape(), want[o].shape()) << mode << " output " << o;
    EXPECT_EQ(dtype_name(got[o].dtype()), jax_dtype(want[o])) << mode << " output " << o;
    const Tensor result = as_real(got[o]), expected = as_real(want[o]);
    double worst = 0;
    int64_t at = -1;
    for (int64_t i = 0; i < expected.size(); ++i) {
      const double a = result.item(i), b = expected.item(i);
      if (a == b || (std::isnan(a) && std::isnan(b))) continue;
      const double excess = std::abs(a - b) - (atol + rtol * std::abs(b));
      if (!(excess <= worst)) {
        worst = excess;
        at = i;
      }
    }
    EXPECT_EQ(at, -1) << mode << " output " << o << " element " << at << ": "
                      << result.item(std::max<int64_t>(0, at)) << " instead of "
                      << expected.item(std::max<int64_t>(0, at));
  }
}

Tree apply(const std::shared_ptr<Operation>& operation, Tree::Sequence args, Tree::Dict kwargs) {
  return operation->apply(std::move(args), std::move(kwargs));
}

class GoldenOp : public ::testing::TestWithParam<size_t> {
 protected:
  const json::Object& golden() const { return golden_ops().cases.at(GetParam()); }
};

class GoldenOpConfig : public GoldenOp {};

TEST_P(GoldenOpConfig, IsKept) {
  const GoldenGraph graph(golden());
  for (const auto& [operation, layer] : graph.operations()) {
    EXPECT_EQ(json::write(operation->get_config()), json::write(layer->at("config")));
    EXPECT_EQ(operation->class_info().module, layer->at("module").as_string());
    EXPECT_EQ(operation->class_info().registered_name, layer->at("registered_name").as_string());
  }
}

// The public function that makes operations of a class; empty when there is none.
std::string function_of(std::string_view class_name) {
  for (const ops::OpDescription& op : ops::describe_ops()) {
    if (op.info->row.class_name() == class_name) return std::string(op.function);
  }
  return {};
}

TEST_P(GoldenOpConfig, ComesFromTheFunctionsArguments) {
  const GoldenGraph graph(golden());
  std::vector<Tensor> tensors;
  for (const auto& input : graph.inputs()) {
    tensors.push_back(make_keras_tensor(input.shape, input.dtype));
  }
  graph.run(tensors, [](const std::shared_ptr<Operation>& operation, Tree::Sequence args,
                        Tree::Dict kwargs) {
    const std::string function = function_of(operation->class_info().class_name);
    if (function.empty()) return operation->apply(std::move(args), std::move(kwargs));
    // Pass everything by name, except arguments without a name.
    const json::Object config = operation->get_config();
    Tree::Dict named = kwargs;
    Tree::Sequence positional;
    const auto& parameters = operation->call_signature().parameters();
    for (size_t i = 0; i < args.size(); ++i) {
      if (i < parameters.size()) {
        named.set(parameters[i].name, args[i]);
      } else {
        positional.push_back(args[i]);
      }
    }
    for (const auto& [key, value] : config) {
      if (key != "name") named.set(key, Tree::from_json(value));
    }
    if (!positional.empty()) {  // *operands follow the named arguments
      named.erase("subscripts");
      if (config.contains("subscripts")) {
        positional.insert(positional.begin(), Tree::from_json(config.at("subscripts")));
      }
    }
    const Tree outputs = ops::call_op(function, positional, named);
    const auto node = keras_tensor_info(flatten_tensors(outputs).front())->node;
    json::Object made = node->operation()->get_config();
    if (config.contains("name")) made.set("name", operation->name());
    EXPECT_EQ(json::write(made), json::write(config));
    EXPECT_TRUE(same_structure(Tree::list(node->args()), Tree::list(args), false));
    EXPECT_TRUE(same_structure(Tree(node->kwargs()), Tree(kwargs)));
    return outputs;
  });
}

TEST_P(GoldenOp, ComputesAtOnce) {
  const Call call = call_of(golden());
  expect_close(golden(), GoldenGraph(golden()).run(call.inputs, apply), call.outputs, "eager");
}

TEST_P(GoldenOp, ComputesInAPlan) {
  const Call call = call_of(golden());
  const GoldenGraph graph(golden());
  std::unique_ptr<runtime::Plan> plan;
  try {
    runtime::Recorder recorder;
    std::vector<Tensor> slots;
    for (const Tensor& input : call.inputs) {
      slots.push_back(recorder.input(input.shape(), input.dtype()));
    }
    const std::vector<Tensor> outputs = graph.run(slots, apply);
    plan = std::make_unique<runtime::Plan>(recorder, outputs);
  } catch (const runtime::NotRecordable&) {
    return;  // shapes that depend on values: such models run without a plan
  }
  for (int run = 0; run < 2; ++run) {
    expect_close(golden(), plan->run(call.inputs), call.outputs, "plan");
  }
}

TEST_P(GoldenOp, InfersItsShape) {
  const Call call = call_of(golden());
  const GoldenGraph graph(golden());
  std::vector<Tensor> tensors;
  for (const auto& input : graph.inputs()) {
    tensors.push_back(make_keras_tensor(input.shape, input.dtype));
  }
  const std::vector<Tensor> outputs = graph.run(tensors, apply);
  ASSERT_EQ(outputs.size(), call.outputs.size());
  for (size_t o = 0; o < outputs.size(); ++o) {
    ASSERT_TRUE(is_keras_tensor(outputs[o]));
    const Shape& inferred = outputs[o].shape();
    const Shape& real = call.outputs[o].shape();
    if (golden().contains("keras_shape_mismatch")) continue;
    ASSERT_EQ(inferred.rank(), real.rank()) << repr(inferred) << repr(real);
    for (int axis = 0; axis < real.rank(); ++axis) {
      EXPECT_TRUE(inferred[axis] == kNone || inferred[axis] == real[axis])
          << repr(inferred) << repr(real);
    }
    if (!golden().contains("keras_dtype_mismatch")) {
      EXPECT_EQ(dtype_name(outputs[o].dtype()), jax_dtype(call.outputs[o]));
    }
  }
}

// Cases without calls only have configs: Keras cannot run them.
std::vector<size_t> cases(bool with_calls) {
  std::vector<size_t> all;
  for (size_t i = 0; i < golden_ops().cases.size(); ++i) {
    const json::Object& golden = golden_ops().cases[i];
    if (!with_calls || golden.contains("calls")) all.push_back(i);
  }
  return all;
}

std::string name_of(const ::testing::TestParamInfo<size_t>& info) {
  const json::Object& golden = golden_ops().cases.at(info.param);
  std::string name = golden.at("id").as_string() + "_" + golden.at("note").as_string();
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Keras, GoldenOp, ::testing::ValuesIn(cases(true)), name_of);
INSTANTIATE_TEST_SUITE_P(Keras, GoldenOpConfig, ::testing::ValuesIn(cases(false)), name_of);

}  // namespace
}  // namespace keras
