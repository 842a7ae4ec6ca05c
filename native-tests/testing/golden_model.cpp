#include "testing/golden_model.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "json/parse.h"
#include "json/write.h"
#include "models/builtins.h"
#include "models/cloning/cloning.h"
#include "serialization/deserialize.h"
#include "serialization/serialize.h"
#include "testing/fixtures.h"

namespace keras::testing {
namespace {

// The value at `.config.layers[1].name`; a missing last key is added when `add` is set.
json::Value& at(json::Value& root, std::string_view path) {
  json::Value* value = &root;
  while (!path.empty()) {
    const size_t end = std::min(path.find_first_of(".[", 1), path.size());
    const std::string_view step = path.substr(1, end - 1);
    if (path.front() == '[') {
      value = &value->as_array().at(std::stoul(std::string(step)));
    } else {
      json::Object& object = value->as_object();
      value = object.contains(step) ? object.find(step) : &object.set(step, nullptr);
    }
    path.remove_prefix(end);
  }
  return *value;
}

// Applies a recorded difference [path, before, after].
void apply(json::Value& record, const json::Value& difference) {
  const auto& items = difference.as_array();
  at(record, items[0].as_string()) = items[2];
}

std::string at_index(const Shape& shape, int64_t flat) {
  std::vector<int64_t> index(shape.dims().size());
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    index[static_cast<size_t>(axis)] = flat % shape[axis];
    flat /= shape[axis];
  }
  return repr(Shape(index));
}

bool is_seed_state(const Variable& variable) { return variable.dtype() == DType::kUInt32; }

}  // namespace

std::string golden_name(const ::testing::TestParamInfo<GoldenCase>& info) {
  std::string name = info.param.id;
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
}

void GoldenModel::SetUp() {
  register_builtins();
  clear_session();
}

bool GoldenModel::keras_reloads_differently() const {
  return find("keras_roundtrip")->as_string().starts_with("config differs: [");
}

json::Value GoldenModel::expected_record() const {
  json::Value record = *find("to_json");
  const std::string& roundtrip = find("keras_roundtrip")->as_string();
  if (keras_reloads_differently()) {
    const size_t from = roundtrip.find('[');
    apply(record, json::parse(roundtrip.substr(from, roundtrip.rfind(']') + 1 - from)));
  }
  return record;
}

ModelPtr GoldenModel::revive() const {
  const auto group = GetParam().load();
  auto model = std::dynamic_pointer_cast<Model>(deserialize_object(*find("to_json")));
  if (!model) throw std::runtime_error("to_json is not a model");
  std::vector<Tensor> values;
  for (const json::Value& weight : find("weights")->as_array())
    values.push_back(group->tensor(weight));
  model->set_weights(values);
  if (const json::Value* seeds = find("seed_states")) {
    Layer::Variables states;
    for (const auto& variable : model->variables()) {
      if (is_seed_state(*variable)) states.push_back(variable);
    }
    const auto& expected = seeds->as_array();
    EXPECT_EQ(states.size(), expected.size()) << "seed generators";
    for (size_t i = 0; i < std::min(states.size(), expected.size()); ++i) {
      const auto& value = expected[i].find("value")->as_array();
      Tensor state = Tensor::allocate({2}, DType::kUInt32);
      state.data<uint32_t>()[0] = static_cast<uint32_t>(value[0].as_int());
      state.data<uint32_t>()[1] = static_cast<uint32_t>(value[1].as_int());
      states[i]->assign(state);
    }
  }
  return model;
}

std::vector<json::Value> GoldenModel::calls(bool training) const {
  std::vector<json::Value> out;
  for (const json::Value& call : find("calls")->as_array()) {
    if (call.find("training")->as_bool() == training) out.push_back(call);
  }
  return out;
}

void GoldenModel::expect_values(const Tensor& actual, const Tensor& expected,
                                const std::string& what) const {
  ASSERT_EQ(actual.shape(), expected.shape()) << what;
  const double rtol = find("tol")->find("rtol")->as_double();
  const double atol = find("tol")->find("atol")->as_double();
  if (expected.dtype() == DType::kString) {
    EXPECT_EQ(actual.string_data().to_vector(), expected.string_data().to_vector()) << what;
    return;
  }
  int64_t wrong = 0;
  double worst = -1;
  std::string where;
  for (int64_t i = 0; i < expected.size(); ++i) {
    const double a = actual.item(i);
    const double b = expected.item(i);
    if (a == b || (std::isnan(a) && std::isnan(b))) continue;
    const double error = std::abs(a - b);
    if (error <= atol + rtol * std::abs(b)) continue;
    ++wrong;
    if (!(error <= worst)) {
      worst = error;
      where = "at " + at_index(expected.shape(), i) + ": " + std::to_string(a) + " instead of " +
              std::to_string(b);
    }
  }
  EXPECT_EQ(wrong, 0) << what << ": number of differing values; the worst is " << where;
}

void GoldenModel::expect_outputs(const Tree& outputs, const json::Value& call, bool masks) const {
  const auto group = GetParam().load();
  const auto& expected = call.find("outputs")->as_array();
  const std::vector<Tensor> tensors = flatten_tensors(outputs);
  ASSERT_EQ(tensors.size(), expected.size()) << "outputs";
  for (size_t i = 0; i < expected.size(); ++i) {
    const std::string what = "output " + std::to_string(i);
    const Tensor want = group->tensor(expected[i]);
    if (!keras_reloads_differently()) {
      EXPECT_EQ(tensors[i].dtype(), want.dtype()) << what;
    }
    expect_values(tensors[i], want, what);
    if (!masks) continue;
    const json::Value* mask = expected[i].find("mask");
    const bool expects_mask = mask != nullptr && !mask->is_null();
    EXPECT_EQ(static_cast<bool>(tensors[i].mask()), expects_mask) << "mask of " << what;
    if (expects_mask && tensors[i].mask()) {
      expect_values(tensors[i].mask(), group->array(mask->as_string()), "mask of " + what);
    }
  }
}

// By the position of its path among Keras's weights: paths of layers that own layers change when a
// model is revived.
std::shared_ptr<Variable> GoldenModel::variable_of(const Model& model,
                                                   const std::string& path) const {
  const auto& weights = find("weights")->as_array();
  for (size_t i = 0; i < weights.size(); ++i) {
    if (weights[i].find("path")->as_string() == path) return model.weights().at(i);
  }
  for (const auto& variable : model.variables()) {
    if (variable->path() == path) return variable;
  }
  return nullptr;
}

void GoldenModel::expect_state(const ModelPtr& model, std::string_view weights,
                               std::string_view seeds) const {
  const auto group = GetParam().load();
  if (const json::Value* changed = find(weights)) {
    for (const json::Value& entry : changed->as_array()) {
      const std::string& path = entry.find("path")->as_string();
      const auto variable = variable_of(*model, path);
      ASSERT_TRUE(variable) << path;
      expect_values(variable->stored_value(), group->tensor(entry), path + " afterwards");
    }
  }
  if (const json::Value* states = find(seeds)) {
    size_t next = 0;
    for (const auto& variable : model->variables()) {
      if (!is_seed_state(*variable)) continue;
      ASSERT_LT(next, states->as_array().size());
      const auto& value = states->as_array()[next++].find("value")->as_array();
      EXPECT_EQ(variable->stored_value().item(0), value[0].as_double()) << variable->path();
      EXPECT_EQ(variable->stored_value().item(1), value[1].as_double()) << variable->path();
    }
    EXPECT_EQ(next, states->as_array().size());
  }
}

TEST_P(GoldenModel, SerializesAsInKeras) {
  const ModelPtr model = revive();
  EXPECT_EQ(difference(serialize_keras_object(*model), expected_record()), "");
}

TEST_P(GoldenModel, HasTheSameWeightsAsInKeras) {
  const ModelPtr model = revive();
  const auto& expected = find("weights")->as_array();
  const Layer::Variables weights = model->weights();
  ASSERT_EQ(weights.size(), expected.size());
  for (size_t i = 0; i < weights.size(); ++i) {
    const std::string& path = expected[i].find("path")->as_string();
    EXPECT_EQ(weights[i]->name(), expected[i].find("name")->as_string()) << path;
    EXPECT_EQ(dtype_name(weights[i]->dtype()), expected[i].find("dtype")->as_string()) << path;
    EXPECT_EQ(weights[i]->trainable(), expected[i].find("trainable")->as_bool()) << path;
  }
}

TEST_P(GoldenModel, ComputesTheSameAsKeras) {
  const ModelPtr model = revive();
  for (const json::Value& call : calls(false)) {
    Tree::Dict kwargs;
    kwargs.set("training", false);
    expect_outputs(model->apply({GetParam().load()->inputs(call)}, kwargs), call);
  }
  expect_state(model, "state_after_inference", "");
}

// predict_on_batch runs a plan recorded for the shapes of the inputs.
TEST_P(GoldenModel, PredictsTheSameAsKeras) {
  const ModelPtr model = revive();
  const auto inference = calls(false);
  if (inference.empty()) return;
  // Models with state record several calls.
  const bool keeps_state = inference.size() > 1 || find("state_after_inference") != nullptr;
  for (int repeat = 0; repeat < 2; ++repeat) {
    const ModelPtr fresh = keeps_state ? revive() : model;
    for (const json::Value& call : inference) {
      const Tree outputs = fresh->predict_on_batch(GetParam().load()->inputs(call));
      expect_outputs(outputs, call, /*masks=*/false);
    }
  }
}

TEST_P(GoldenModel, ComputesTheSameInTraining) {
  const auto training = calls(true);
  if (training.empty()) return;
  const ModelPtr model = revive();
  for (const json::Value& call : training) {
    Tree::Dict kwargs;
    kwargs.set("training", true);
    expect_outputs(model->apply({GetParam().load()->inputs(call)}, kwargs), call);
  }
  expect_state(model, "state_after_training_calls", "seed_states_after_training_calls");
}

TEST_P(GoldenModel, ClonesToTheSameConfig) {
  json::Value expected = expected_record();
  const json::Value& clone = *find("keras_clone");
  // Keras renames inputs that were not named; those of a deserialized model have names.
  if (const json::Value* differences = clone.find("other_differences")) {
    for (const json::Value& difference : differences->as_array()) apply(expected, difference);
  }
  const ModelPtr model = revive();
  clear_session();  // as the program that recorded the clone: some operations take new names
  EXPECT_EQ(difference(serialize_keras_object(*clone_model(model)), expected), "");
}

}  // namespace keras::testing
