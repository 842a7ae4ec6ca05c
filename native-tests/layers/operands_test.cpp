// Layers with operands or arguments that do not fit, against Keras
// (tools/fixtures/make_operands.py). Under sanitizers, these tests show that no kernel reads past
// its operands.
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/naming.h"
#include "layers/layer.h"
#include "models/builtins.h"
#include "runtime/emit.h"
#include "runtime/plan.h"
#include "serialization/registry.h"
#include "testing/filled.h"
#include "testing/keras_answers.h"
#include "testing/rows_of.h"

namespace keras::testing {
namespace {

// The result of a call: tensors, or an error.
struct Answer {
  std::vector<Tensor> results;
  std::string error;
};

template <class Fn>
Answer answer_of(const Fn& call) {
  try {
    return {call(), ""};
  } catch (const Error& error) {
    return {{}, std::string(error_kind_name(error.kind())) + ": " + neutral(error.what())};
  }
}

// The tensors of a row, in its tree.
class Call {
 public:
  explicit Call(const json::Value& row)
      : args_(read(*row.find("inputs"))), kwargs_(row.find("kwargs")) {
    if (kwargs_ != nullptr) kwargs_tree_ = read(*kwargs_);
  }

  const std::vector<Tensor>& tensors() const { return tensors_; }

  // Calls the layer with these in place of tensors().
  std::vector<Tensor> run(Layer& layer, const std::vector<Tensor>& tensors) const {
    size_t next = 0;
    const auto replace = [&](const Tree& tree) {
      return map_structure(tree, [&](const Tree& leaf) {
        return leaf.is_tensor() ? Tree(tensors.at(next++)) : leaf;
      });
    };
    const Tree args = replace(args_);
    const Tree kwargs = replace(kwargs_tree_);
    return flatten_tensors(layer.apply({args}, kwargs.is_dict() ? kwargs.as_dict() : Tree::Dict()));
  }

 private:
  Tree read(const json::Value& value) {
    if (value.is_array()) {
      Tree::Sequence items;
      for (const json::Value& item : value.as_array()) items.push_back(read(item));
      return Tree::list(std::move(items));
    }
    if (const json::Value* dtype = value.find("dtype")) {
      const Shape shape = FieldTraits<Shape>::read(*value.find("shape"));
      const auto seed = static_cast<int64_t>(tensors_.size()) + 1;
      tensors_.push_back(filled(shape, parse_dtype(dtype->as_string()), seed));
      return tensors_.back();
    }
    Tree::Dict dict;
    for (const auto& [key, item] : value.as_object()) dict.set(key, read(item));
    return dict;
  }

  std::vector<Tensor> tensors_;
  Tree args_;
  const json::Value* kwargs_;
  Tree kwargs_tree_;
};

LayerPtr layer_of(const json::Value& record) {
  const ClassInfo* info = find_public_class("keras.layers", record.find("class_name")->as_string());
  return std::static_pointer_cast<Layer>(construct(*info, record.find("arguments")->as_object()));
}

void set_weights(Layer& layer) {
  int64_t seed = 100;
  for (const auto& weight : layer.weights()) {
    const Tensor values = filled(weight->stored_value().shape(), weight->dtype(), seed++);
    if (weight->name().find("variance") != std::string::npos) {
      for (float& value : values.span<float>()) value = std::abs(value) + 0.5f;
    }
    weight->assign(values);
  }
}

// Makes and builds the layer of a row, and calls it by `run`.
template <class Run>
std::vector<Tensor> answer(const json::Value& row, const Run& run) {
  clear_session();
  const LayerPtr layer = layer_of(*row.find("layer"));
  if (const json::Value* build = row.find("build")) layer->build(shape_tree_from_json(*build));
  if (row.find("inputs") == nullptr) return {};
  const Call call(row);
  if (!layer->built()) call.run(*layer, call.tensors());
  set_weights(*layer);
  return run(*layer, call);
}

std::vector<Tensor> at_once(Layer& layer, const Call& call) {
  return call.run(layer, call.tensors());
}

std::vector<Tensor> in_a_plan(Layer& layer, const Call& call) {
  runtime::Recorder recorder;
  std::vector<Tensor> slots;
  for (const Tensor& tensor : call.tensors()) {
    slots.push_back(recorder.input(tensor.shape(), tensor.dtype()));
  }
  std::vector<Tensor> outputs;
  try {
    outputs = call.run(layer, slots);
  } catch (const runtime::NotRecordable&) {
    const runtime::RecordingPause pause;
    return at_once(layer, call);
  }
  runtime::Plan plan(recorder, outputs);
  return plan.run(call.tensors());
}

void expect_same(const std::vector<Tensor>& results, const json::Array& expected) {
  ASSERT_EQ(results.size(), expected.size());
  for (size_t i = 0; i < results.size(); ++i) {
    ASSERT_EQ(results[i].shape(), Shape(shape_of(expected[i])));
    const std::vector<float> values = floats_of(expected[i]);
    for (size_t j = 0; j < values.size(); ++j) {
      const auto value = static_cast<float>(results[i].item(static_cast<int64_t>(j)));
      if (std::isnan(values[j]) || std::isinf(values[j])) {
        ASSERT_EQ(std::to_string(value), std::to_string(values[j])) << "element " << j;
      } else {
        ASSERT_NEAR(value, values[j], 1e-5 + 1e-4 * std::abs(values[j])) << "element " << j;
      }
    }
  }
}

void expect_as_keras(const json::Value& row, const Answer& answer) {
  const json::Value* error = row.find("error");
  if (error == nullptr) {
    ASSERT_EQ(answer.error, "");
    expect_same(answer.results, row.find("result")->as_array());
  } else if (const json::Value* message = error->find("message")) {
    EXPECT_EQ(answer.error,
              error->find("kind")->as_string() + ": " + neutral(message->as_string()));
  } else {
    EXPECT_NE(answer.error, "") << "JAX refuses these operands";
  }
}

TEST(Operands, OfOtherShapesAreAcceptedOrRefusedAsInKeras) {
  for (const json::Value& row : rows_of("operands.json", "rows")) {
    SCOPED_TRACE(json::write(row).substr(0, 300));
    const Answer eager = answer_of([&] { return answer(row, at_once); });
    EXPECT_FALSE(eager.error.starts_with("InternalError")) << eager.error;
    expect_as_keras(row, eager);
    const Answer planned = answer_of([&] { return answer(row, in_a_plan); });
    EXPECT_EQ(planned.error, eager.error);
    if (eager.error.empty() && row.find("error") == nullptr) {
      expect_same(planned.results, row.find("result")->as_array());
    }
  }
}

}  // namespace
}  // namespace keras::testing
