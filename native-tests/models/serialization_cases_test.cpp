// Keras's results for valid and invalid configs and arguments of models and layers
// (tools/fixtures/make_serialization.py). Families and plain values are tested in serialization/.
#include <gtest/gtest.h>

#include <set>

#include "base/error.h"
#include "json/parse.h"
#include "json/write.h"
#include "layers/core/input_layer.h"
#include "models/builtins.h"
#include "models/cloning/cloning.h"
#include "models/functional/functional.h"
#include "models/sequential.h"
#include "serialization/deserialize.h"
#include "serialization/registry.h"
#include "serialization/serialize.h"
#include "testing/fixtures.h"

namespace keras {
namespace {

const json::Array& cases() {
  static const json::Value fixture = testing::read_json("serialization.json");
  return fixture.find("cases")->as_array();
}

std::string text_of(const json::Object& row, const char* key) { return row.at(key).as_string(); }

std::shared_ptr<Layer> revive_layer(const json::Value& record) {
  return std::dynamic_pointer_cast<Layer>(deserialize_object(record));
}

// Calls a layer on KerasTensors of these shapes; the result is the shape of the output.
json::Value call_symbolic(const json::Object& row) {
  const auto layer = revive_layer(row.at("config"));
  Tree::Sequence inputs;
  for (const json::Value& shape : row.at("shapes").as_array()) {
    inputs.emplace_back(make_input({.batch_shape = FieldTraits<Shape>::read(shape),
                                    .name = "x" + std::to_string(inputs.size())}));
  }
  const bool positional =
      inputs.size() == 1 || layer->class_info().class_name == "MultiHeadAttention";
  const Tree out = positional ? layer->apply(inputs) : layer->apply({Tree::list(inputs)});
  return to_json(shapes_of(out));
}

json::Value build_sequential(const json::Object& row) {
  const auto model = make_sequential({}, "s");
  for (const json::Value& step : row.at("steps").as_array()) {
    const auto& [what, value] = *step.as_object().begin();
    if (what == "add") model->add(Tree(deserialize_object(value)));
    if (what == "add_value") model->add(Tree::from_json(value));
    if (what == "input") {
      model->add(
          Tree(construct(*find_class_in_family(Family::kLayer, "InputLayer"), value.as_object())));
    }
    if (what == "build") model->build(shape_tree_from_json(value));
    if (what == "pop") model->pop();
    if (what == "get" && value == json::Value("input_shape")) model->input_shape();
    if (what == "get" && value == json::Value("output_shape")) model->output_shape();
    if (what == "get" && value == json::Value("inputs")) model->inputs();
    if (what == "get" && value == json::Value("outputs")) model->outputs();
  }
  return model->get_config();
}

json::Value call_method(const json::Object& row) {
  const Tensor x = make_input({.batch_shape = {kNone, 3}, .name = "x"});
  const auto dense = std::dynamic_pointer_cast<Layer>(
      construct(*find_class_in_family(Family::kLayer, "Dense"), {{"units", 2}, {"name", "d"}}));
  const auto model = make_functional(x, dense->apply({x}), "f");
  const std::string method = text_of(row, "method");
  const json::Object& arguments = row.at("arguments").as_object();
  std::vector<Tensor> arrays;
  if (const json::Value* shapes = arguments.find("shapes")) {
    for (const json::Value& shape : shapes->as_array()) {
      arrays.push_back(Tensor::zeros(FieldTraits<Shape>::read(shape), DType::kFloat32));
    }
  }
  if (method == "get_layer") {
    const json::Value* name = arguments.find("name");
    const json::Value* index = arguments.find("index");
    return model
        ->get_layer(name != nullptr ? std::optional(name->as_string()) : std::nullopt,
                    index != nullptr ? std::optional(index->as_int()) : std::nullopt)
        ->name();
  }
  if (method == "set_weights") {
    model->set_weights(arrays);
    return nullptr;
  }
  const Tree inputs =
      arrays.size() == 1 ? Tree(arrays.front()) : Tree::list({arrays.begin(), arrays.end()});
  return to_json(shapes_of(model->apply({inputs})));
}

Tree tensors_of(const json::Value& value) {
  if (const json::Value* tensor = value.find("tensor")) {
    const json::Object& options = tensor->as_object();
    return make_input(
        {.batch_shape = Shape{kNone}.concat(FieldTraits<Shape>::read(options.at("shape"))),
         .name = options.at("name").as_string()});
  }
  if (const json::Value* array = value.find("array")) {
    const Shape shape = FieldTraits<Shape>::read(array->as_object().at("shape"));
    return Tree::Ndarray{Tensor::zeros(shape, DType::kFloat32)};
  }
  if (value.is_array()) {
    Tree::Sequence items;
    for (const json::Value& item : value.as_array()) items.push_back(tensors_of(item));
    return Tree::list(std::move(items));
  }
  Tree::Dict dict;
  for (const auto& [key, item] : value.as_object()) dict.set(key, tensors_of(item));
  return dict;
}

// The hooks of tools/fixtures/clone_errors.py, by name.
CloneFunction clone_function(const std::string& name) {
  if (name == "returns null") return [](const auto&) { return Tree(); };
  if (name == "returns 3") return [](const auto&) { return Tree(3); };
  if (name == "returns an InputLayer") {
    return [](const auto&) {
      return Tree(std::static_pointer_cast<Object>(
          make_input_layer({.batch_shape = {kNone, 3}, .name = "in"})));
    };
  }
  return [](const std::shared_ptr<Operation>& operation) {
    json::Object config = operation->get_config();
    config.set("name", "same");
    return Tree(operation->new_from_config(config));
  };
}

CallFunction call_function(const std::string& name) {
  if (name == "returns null") return [](auto&&...) { return Tree(); };
  if (name == "returns 3") return [](auto&&...) { return Tree(3); };
  if (name == "returns []") return [](auto&&...) { return Tree::list({}); };
  if (name == "calls the layer") return call_cloned;
  return [](const Tree& layer, const Tree::Sequence& args, const Tree::Dict& kwargs) {
    const auto dense =
        construct(*find_class_in_family(Family::kLayer, "Dense"), {{"units", 2}, {"name", "a"}});
    return std::dynamic_pointer_cast<Operation>(dense)->apply({call_cloned(layer, args, kwargs)});
  };
}

json::Value clone(const json::Object& row) {
  const auto model = std::dynamic_pointer_cast<Model>(deserialize_object(row.at("model")));
  CloneOptions options;
  for (const auto& [key, value] : row.at("arguments").as_object()) {
    if (key == "input_tensors") options.input_tensors = tensors_of(value);
    if (key == "clone_function") options.clone_function = clone_function(value.as_string());
    if (key == "call_function") options.call_function = call_function(value.as_string());
  }
  return serialize_keras_object(*clone_model(model, options));
}

json::Value answer(const json::Object& row) {
  const std::string call = text_of(row, "call");
  if (call == "construct") {
    const ClassInfo* info = find_class_in_family(Family::kLayer, text_of(row, "class_name"));
    if (info == nullptr) throw internal_error("No layer " + text_of(row, "class_name"));
    return serialize_keras_object(*construct(*info, row.at("arguments").as_object()));
  }
  if (call == "call_symbolic") return call_symbolic(row);
  if (call == "from_config") {
    const ClassInfo& info =
        text_of(row, "class_name") == "Functional" ? kModelClass : kSequentialClass;
    return from_config(info, row.at("config").as_object())->get_config();
  }
  if (call == "model_from_json")
    return serialize_keras_object(model_from_json(text_of(row, "text")));
  if (call == "sequential") return build_sequential(row);
  if (call == "input") {
    const auto info = find_class_in_family(Family::kLayer, "InputLayer");
    return serialize_keras_object(*construct(*info, row.at("arguments").as_object()));
  }
  if (call == "method") return call_method(row);
  return clone(row);
}

// Python wraps an error of call(): the original message is surrounded by blank lines.
std::string sentence(const std::string& message) {
  if (!message.starts_with("Exception encountered when calling ")) return message;
  const size_t begin = message.find("\n\n") + 2;
  return message.substr(begin, message.find("\n\nArguments received by ") - begin);
}

// Python's repr of its own functions and arrays has no equivalent here, and sets are unordered.
std::string comparable(std::string text) {
  for (const char* pythonic : {"call_function=<function", "clone_function=<function"}) {
    if (const size_t at = text.find(pythonic); at != text.npos) text.resize(at);
  }
  for (const char* array : {"[[0. 0. 0.]\n [0. 0. 0.]]", "<Tensor shape=(2, 3), dtype=float32>",
                            "[0. 0. 0.]", "<Tensor shape=(3,), dtype=float32>"}) {
    if (const size_t at = text.find(array); at != text.npos)
      text.replace(at, std::string_view(array).size(), "ARRAY");
  }
  if (const size_t at = text.find("{'valid', 'same'}"); at != text.npos)
    text.replace(at, 17, "{'same', 'valid'}");
  if (text == "tuple index out of range") text = "list index out of range";
  // The private module in which Python defines a class.
  if (const size_t at = text.find("Received: <");
      at != text.npos && text.find("can be added to a Sequential") < at) {
    text.resize(at);
  }
  return text;
}

bool is_ours(const json::Object& row) {
  static const std::set<std::string> kCalls = {"construct",       "call_symbolic", "from_config",
                                               "model_from_json", "sequential",    "input",
                                               "method",          "clone_model"};
  if (!kCalls.contains(text_of(row, "call"))) return false;
  if (text_of(row, "call") == "method") {
    // Saving to files is tested with web/saving.
    const std::string method = text_of(row, "method");
    return method != "save" && method != "load_weights" && method != "save_weights";
  }
  // In C++ a hook is always a function, and keywords are checked by the compiler.
  const json::Value* arguments = row.find("arguments");
  const auto is_three = [&](const char* key) {
    const json::Value* hook = arguments == nullptr ? nullptr : arguments->find(key);
    return hook != nullptr && *hook == json::Value("is 3");
  };
  return !is_three("clone_function") && !is_three("call_function") &&
         (arguments == nullptr || arguments->find("foo") == nullptr ||
          text_of(row, "call") != "clone_model");
}

std::vector<size_t> our_cases() {
  std::vector<size_t> out;
  for (size_t i = 0; i < cases().size(); ++i) {
    if (is_ours(cases()[i].as_object())) out.push_back(i);
  }
  return out;
}

// Keras lets a value of the wrong type pass until something fails later, or leaves the error to
// Python. Here the constructor rejects it and names the argument.
bool is_refused_earlier(const json::Object& row) {
  static const std::set<std::string> kRows = {
      R"(Dropout {"rate": "a"})", R"(ELU {"alpha": null})", R"(BatchNormalization {"axis": "a"})",
      R"(Normalization {"axis": "a"})", R"(ZeroPadding2D {"padding": -1})"};
  return kRows.contains(text_of(row, "what"));
}

class KerasAnswers : public ::testing::TestWithParam<size_t> {};

TEST_P(KerasAnswers, AreReproduced) {
  const json::Object& row = cases()[GetParam()].as_object();
  SCOPED_TRACE(text_of(row, "call") + ": " + text_of(row, "what"));
  clear_session();
  const json::Value* error = row.find("error");
  try {
    const json::Value actual = answer(row);
    ASSERT_FALSE(is_refused_earlier(row));
    ASSERT_EQ(error, nullptr) << "expected " << json::write(*error) << "\nbut got "
                              << json::write(actual);
    const json::Value& expected = row.at("result");
    const json::Value* same = row.find("config");
    EXPECT_EQ(testing::difference(
                  actual, expected == json::Value("same") && same != nullptr ? *same : expected),
              "");
  } catch (const Error& thrown) {
    if (is_refused_earlier(row)) {
      const bool names_the_argument =
          !thrown.path().empty() || std::string(thrown.what()).find('`') == 0;
      EXPECT_TRUE(names_the_argument) << thrown.what();
      return;
    }
    ASSERT_NE(error, nullptr) << error_kind_name(thrown.kind()) << ": " << thrown.what();
    EXPECT_EQ(error_kind_name(thrown.kind()), error->find("kind")->as_string()) << thrown.what();
    // Python's JSON reader has its own messages; ours also state the position.
    if (thrown.kind() == ErrorKind::kJSONDecodeError) return;
    EXPECT_EQ(comparable(thrown.what()), comparable(sentence(error->find("message")->as_string())));
  }
}

INSTANTIATE_TEST_SUITE_P(Fixtures, KerasAnswers, ::testing::ValuesIn(our_cases()));

}  // namespace
}  // namespace keras
