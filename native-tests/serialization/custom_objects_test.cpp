#include "serialization/custom_objects.h"

#include "json/write.h"
#include "serialization/deserialize.h"
#include "serialization/live_objects.h"
#include "serialization/safe_mode.h"
#include "serialization/serialize.h"
#include "serialization/shared_objects.h"
#include "testing/families.h"
#include "testing/keras_answers.h"

namespace keras {
namespace {

// A class and a function as JavaScript would register them.
class Thing final : public Initializer {
 public:
  explicit Thing(std::string origin = "") : origin_(std::move(origin)) {}
  void fields(FieldVisitor& f) override { f("factor", factor_, "A number.", Field::kRequired); }
  Tensor operator()(const Shape& shape, DType dtype) override {
    return Tensor::full(shape, dtype, factor_);
  }
  const std::string& origin() const { return origin_; }
  Number factor_ = 0;

 private:
  std::string origin_;
};

constinit const ClassInfo kThingInfo{.module = "my.module",
                                     .class_name = "Thing",
                                     .registered_name = "Pkg>Thing",
                                     .family = Family::kInitializer};

class ThingClass final : public CustomObject {
 public:
  explicit ThingClass(std::string origin) : origin_(std::move(origin)) {}
  std::shared_ptr<Function> function() override { return nullptr; }
  std::shared_ptr<Object> from_config(const json::Object& config) override {
    auto thing = std::make_shared<Thing>(origin_);
    thing->set_class_info(&kThingInfo);
    thing->configure(config);
    return thing;
  }

 private:
  std::string origin_;
};

class Doubled final : public Function {
 public:
  Doubled() : Function("Pkg>doubled") {}
  Tree call(const Tree::Sequence& args, const Tree::Dict& kwargs) override {
    if (args.at(0).is_sequence()) {
      Shape shape;
      for (const Tree& dim : args[0].items()) shape.push_back(dim.as_int());
      const DType dtype = parse_dtype(kwargs.find("dtype")->as_string());
      return Tensor::full(shape, dtype, 2);
    }
    return args[0];
  }
};

class FunctionObject final : public CustomObject {
 public:
  std::shared_ptr<Function> function() override { return function_; }
  std::shared_ptr<Object> from_config(const json::Object&) override { return nullptr; }

 private:
  std::shared_ptr<Function> function_ = std::make_shared<Doubled>();
};

// Registrations last for the whole test binary, so each test has its own package.
json::Value thing_record(double factor, const std::string& package = "Pkg") {
  return json::Object{{"module", "my.module"},
                      {"class_name", "Thing"},
                      {"config", json::Object{{"factor", factor}}},
                      {"registered_name", package + ">Thing"}};
}

std::string new_package() {
  static int count = 0;
  return "Package" + std::to_string(count++);
}

std::string origin_of(const json::Value& config, const DeserializeOptions& options = {}) {
  return dynamic_cast<Thing&>(*deserialize_object(config, options)).origin();
}

class CustomObjectsTest : public ::testing::Test {
 protected:
  CustomObjectsTest() { testing::register_families(); }
  ~CustomObjectsTest() override {
    clear_custom_object_scope();
    reset_safe_mode();
  }
};

TEST_F(CustomObjectsTest, AreFoundByTheirRegisteredName) {
  const std::string package = new_package();
  EXPECT_THROW(deserialize_keras_object(thing_record(3, package)), Error);
  register_custom_object(package + ">Thing", std::make_shared<ThingClass>("registry"));
  const auto object = deserialize_object(thing_record(3, package));
  EXPECT_EQ(json::write(serialize_keras_object(*object)), json::write(thing_record(3)));
  EXPECT_EQ(dynamic_cast<Thing&>(*object).factor_, 3.0);
}

TEST_F(CustomObjectsTest, TheScopeWinsThenTheRegistryThenTheArgument) {
  const std::string package = new_package();
  const std::string key = package + ">Thing";
  const json::Value record = thing_record(1, package);
  const CustomObjects argument = {{key, std::make_shared<ThingClass>("argument")}};
  const DeserializeOptions options{.custom_objects = &argument};
  EXPECT_EQ(origin_of(record, options), "argument");
  register_custom_object(key, std::make_shared<ThingClass>("registry"));
  EXPECT_EQ(origin_of(record, options), "registry");
  const CustomObjectScope scope({{key, std::make_shared<ThingClass>("scope")}});
  EXPECT_EQ(origin_of(record, options), "scope");
}

TEST_F(CustomObjectsTest, ANestedScopeReplacesTheOuterOne) {
  const CustomObjectScope outer({{"a", std::make_shared<ThingClass>("outer")}});
  EXPECT_NE(find_custom_object("a"), nullptr);
  {
    const CustomObjectScope inner({{"b", std::make_shared<ThingClass>("inner")}});
    EXPECT_EQ(find_custom_object("a"), nullptr);
    EXPECT_NE(find_custom_object("b"), nullptr);
  }
  EXPECT_NE(find_custom_object("a"), nullptr);
  EXPECT_EQ(find_custom_object("b"), nullptr);
}

TEST_F(CustomObjectsTest, ASecondObjectReplacesTheFirst) {
  register_custom_object("Pkg>Thing", std::make_shared<ThingClass>("first"));
  register_custom_object("Pkg>Thing", std::make_shared<ThingClass>("second"));
  EXPECT_EQ(origin_of(thing_record(1)), "second");
}

TEST_F(CustomObjectsTest, BuiltInsCannotBeReplacedUnlessTheRecordHasNoRegisteredName) {
  const CustomObjects argument = {{"Zeros", std::make_shared<ThingClass>("mine")}};
  const DeserializeOptions options{.custom_objects = &argument};
  json::Object record{{"module", "keras.initializers"},
                      {"class_name", "Zeros"},
                      {"config", json::Object{}},
                      {"registered_name", nullptr}};
  EXPECT_EQ(dynamic_cast<Thing*>(deserialize_object(json::Value(record), options).get()), nullptr);
  record.erase("registered_name");
  record.set("config", json::Object{{"factor", 1}});
  EXPECT_EQ(origin_of(json::Value(record), options), "mine");
}

TEST_F(CustomObjectsTest, StringsInListsAndDictsAreReplacedByFunctions) {
  const CustomObjectScope scope({{"f", std::make_shared<FunctionObject>()}});
  const Tree value = deserialize_keras_object(json::Array{"f", "g", json::Object{{"x", "f"}}});
  EXPECT_TRUE(value.items()[0].is_function());
  EXPECT_TRUE(value.items()[1].is_string());
  EXPECT_TRUE(value.items()[2].as_dict().find("x")->is_function());
}

TEST_F(CustomObjectsTest, OldFilesNameFunctionsWithoutTheirPackage) {
  register_custom_object("Pkg>doubled", std::make_shared<FunctionObject>());
  const Tree value = deserialize_keras_object(function_record("doubled"));
  ASSERT_TRUE(value.is_function());
  EXPECT_EQ(json::write(serialize_keras_object(value)),
            json::write(function_record("Pkg>doubled")));
}

TEST_F(CustomObjectsTest, OnlyTypeErrorsAreWrapped) {
  register_custom_object("Pkg>Thing", std::make_shared<ThingClass>("x"));
  json::Value record = thing_record(1);
  record.as_object().set("config", json::Object{});
  try {
    deserialize_keras_object(record);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kTypeError);
    EXPECT_THAT(error.what(),
                ::testing::HasSubstr("could not be deserialized properly. Please ensure"));
    EXPECT_THAT(error.what(),
                ::testing::EndsWith("Exception encountered: Thing.__init__() missing 1 required "
                                    "positional argument: 'factor'"));
    EXPECT_EQ(error.path(), "config");
  }
}

TEST_F(CustomObjectsTest, InitializersTakeCustomNamesRecordsAndFunctions) {
  register_custom_object("Pkg>Thing", std::make_shared<ThingClass>("registry"));
  register_custom_object("doubled", std::make_shared<FunctionObject>());
  const auto thing = get_initializer(thing_record(4));
  EXPECT_EQ((*thing)({2}, DType::kFloat32).item(1), 4);
  EXPECT_EQ(json::write(thing->serialize()), json::write(thing_record(4)));
  const auto function = get_initializer("doubled");  // the only family that looks up names
  EXPECT_EQ((*function)({2, 2}, DType::kFloat32).item(3), 2);
  EXPECT_EQ(json::write(function->serialize()), json::write(function_record("Pkg>doubled")));
  EXPECT_EQ((*function->clone())({1}, DType::kFloat32).item(), 2);
  EXPECT_THROW(get_constraint("doubled"), Error);
  register_custom_object("Pkg>doubled", std::make_shared<FunctionObject>());
  const auto constraint = get_constraint(function_record("Pkg>doubled"));
  const Tensor weight = Tensor::full({2}, DType::kFloat32, 5);
  EXPECT_TRUE(constraint->apply(weight) == weight);
  EXPECT_EQ(get_regularizer(function_record("Pkg>doubled"))->value(Tensor::scalar(3)), 3);
}

TEST_F(CustomObjectsTest, SafeModeRefusesLambdasInEveryFamily) {
  const json::Value lambda =
      json::Object{{"class_name", "__lambda__"},
                   {"config", json::Object{{"value", json::Array{"x", nullptr, nullptr}}}}};
  const auto message = [&](const DeserializeOptions& options) -> std::string {
    try {
      deserialize_keras_object(lambda, options);
    } catch (const Error& error) {
      return error.what();
    }
    return "nothing";
  };
  const std::string refused = "Requested the deserialization of a Python lambda.";
  EXPECT_EQ(message({}).find(refused), 0u);
  EXPECT_EQ(message({.safe_mode = false}).find(refused), std::string::npos);
  {
    const SafeModeScope safe(true);  // a scope overrides the argument
    EXPECT_EQ(message({.safe_mode = false}).find(refused), 0u);
    const SafeModeScope unsafe(false);
    EXPECT_EQ(message({.safe_mode = true}).find(refused), std::string::npos);
  }
  enable_unsafe_deserialization();
  EXPECT_EQ(message({}).find(refused), std::string::npos);
  reset_safe_mode();
  EXPECT_EQ(message({}).find(refused), 0u);
}

TEST_F(CustomObjectsTest, LiveValuesAreTheObjectsThemselves) {
  const auto initializer = get_initializer("ones");
  const json::Value value = live_value(initializer);
  EXPECT_EQ(get_initializer(value), initializer);
  EXPECT_THROW(get_regularizer(value), Error);  // the wrong kind of object
  EXPECT_EQ(json::write(value), json::write(serialize_keras_object(*initializer)));
}

TEST_F(CustomObjectsTest, ErrorsCarryTheNameThatNothingDefines) {
  const auto unknown_name = [](const auto& body) -> std::string {
    try {
      body();
    } catch (const Error& error) {
      return error.unknown_name();
    }
    return "nothing was thrown";
  };
  const json::Value record = json::Object{{"module", nullptr},
                                          {"class_name", "Scale"},
                                          {"config", json::Object{}},
                                          {"registered_name", "lab>Scale"}};
  EXPECT_EQ(unknown_name([&] { deserialize_object(record); }), "Scale");
  EXPECT_EQ(unknown_name([] { get_initializer("zzz"); }), "zzz");
  EXPECT_EQ(unknown_name([] { get_regularizer("zzz"); }), "zzz");
  EXPECT_EQ(unknown_name([] { raise_value_error({"about something else"}); }), "");
}

TEST_F(CustomObjectsTest, TextIsNeverReadAsALiveObject) {
  const auto initializer = get_initializer("ones");
  publish_live_object(initializer);
  const int64_t uid = static_cast<int64_t>(initializer->uid());
  for (const json::Object& record :
       {json::Object{{"class_name", "__live__"}, {"config", json::Object{{"uid", uid}}}},
        json::Object{{"class_name", "__live__"},
                     {"config", json::Object{{"uid", int64_t{1} << 40}}}},
        json::Object{{"$", "object"}, {"uid", uid}, {"i", 0}}}) {
    EXPECT_THROW(get_initializer(record), Error);
  }
}

TEST_F(CustomObjectsTest, SharedObjectsAreOneObjectAgain) {
  json::Value record = json::Object{{"module", "keras.initializers"},
                                    {"class_name", "Ones"},
                                    {"config", json::Object{}},
                                    {"registered_name", nullptr},
                                    {"shared_object_id", 77}};
  EXPECT_NE(deserialize_object(record), deserialize_object(record));
  const ObjectSharingScope scope;
  const auto first = deserialize_object(record);
  record.as_object().set("config", json::Object{{"ignored", 1}});
  EXPECT_EQ(deserialize_object(record), first);
}

}  // namespace
}  // namespace keras
